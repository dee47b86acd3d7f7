package dev.hone.contracts;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.bean.PropertyValueBuffer;
import tools.jackson.databind.module.SimpleModule;

/// Reads runs' configurations that an earlier Hone wrote: a key that there was not yet has its default of today. A
/// configuration travels in events and lies in tables, complete for the version that wrote it.
final class EarlierConfigs implements ValueInstantiators {

    private EarlierConfigs() {}

    static JacksonModule module() {
        return new SimpleModule("earlier-configs") {
            @Override
            public void setupModule(SetupContext context) {
                context.addValueInstantiators(new EarlierConfigs());
            }
        };
    }

    @Override
    public @Nullable ValueInstantiator findValueInstantiator(
            DeserializationConfig config, BeanDescription.Supplier type) {
        return null; // Jackson's own
    }

    @Override
    public ValueInstantiator modifyValueInstantiator(
            DeserializationConfig config, BeanDescription.Supplier type, ValueInstantiator own) {
        Class<?> read = type.getBeanClass();
        return read.isRecord() && read.getName().startsWith(RunConfig.class.getPackageName()) ? new Filled(own) : own;
    }

    /// Fills what is absent, if the record has its place in a configuration.
    private static final class Filled extends ValueInstantiator.Delegating {

        private static final long serialVersionUID = 1;

        Filled(ValueInstantiator own) {
            super(own);
        }

        @Override
        public ValueInstantiator createContextual(DeserializationContext context, BeanDescription.Supplier type) {
            ValueInstantiator own = delegate().createContextual(context, type);
            return own == delegate() ? this : new Filled(own);
        }

        @Override
        public Object createFromObjectWith(
                DeserializationContext context, SettableBeanProperty[] properties, PropertyValueBuffer values) {
            for (SettableBeanProperty property : properties) {
                if (!values.hasParameter(property)) {
                    Map<String, Object> defaults = Defaults.OF.getOrDefault(getValueClass(), Map.of());
                    Object value = defaults.get(property.getName());
                    if (value != null) {
                        values.assignParameter(property, value);
                    }
                }
            }
            return super.createFromObjectWith(context, properties, values);
        }
    }

    /// The defaults of every record that a configuration has once, looked up when the first is needed.
    private static final class Defaults {

        static final Map<Class<?>, Map<String, Object>> OF = new HashMap<>();

        static {
            Set<Class<?>> several = new HashSet<>();
            collect(RunConfigReader.defaults(), several);
            OF.keySet().removeAll(several);
        }

        private static void collect(Record record, Set<Class<?>> several) {
            Map<String, Object> values = new HashMap<>();
            Arrays.stream(record.getClass().getRecordComponents()).forEach(component -> {
                Object value = value(record, component);
                if (value != null) {
                    values.put(component.getName(), value);
                }
                if (value instanceof Record inner) {
                    collect(inner, several);
                }
            });
            if (OF.put(record.getClass(), values) != null) {
                several.add(record.getClass());
            }
        }

        private static @Nullable Object value(Record record, RecordComponent component) {
            try {
                return component.getAccessor().invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(record.getClass() + " hides " + component.getName(), e);
            }
        }
    }
}
