package dev.hone.launcher;

import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/// Lets all services of the process read configuration classes once: they have most of them in common.
final class SharedClassReader implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    static final SharedClassReader INSTANCE = new SharedClassReader();

    /// Where Spring Boot looks for one, and else makes its own.
    private static final String BEAN = "org.springframework.boot.autoconfigure.internalCachingMetadataReaderFactory";

    /// With a resource loader's cache, which several threads may use.
    private final CachingMetadataReaderFactory reader = new CachingMetadataReaderFactory(new DefaultResourceLoader());

    private SharedClassReader() {}

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ((BeanDefinitionRegistry) context.getBeanFactory())
                .registerBeanDefinition(
                        BEAN,
                        BeanDefinitionBuilder.rootBeanDefinition(MetadataReaderFactory.class, () -> reader)
                                .getBeanDefinition());
    }

    /// Forgets what was read.
    void clear() {
        reader.clearCache();
    }
}
