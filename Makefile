# Each target is one line that can be pasted. JDK 25 is found by ./mvnw and ./hone.
.PHONY: fmt check it nightly docker-test e2e up down logs k8s docs

fmt: ## format the sources
	./mvnw -q spotless:apply

check: ## what needs no server: formatting, unit, architecture and contract tests; metrics on the dashboards; documents
	./mvnw -B -ntp verify -Dtest='*Tests,!*IntegrationTests' -Dsurefire.failIfNoSpecifiedTests=false && observability/check && docs/check

it: ## integration tests on the embedded Kafka and PostgreSQL
	./mvnw -B -ntp verify -Dtest='*IntegrationTests' -Dsurefire.failIfNoSpecifiedTests=false

nightly: ## a run over the API, and its export in Transformers; fetches PyTorch
	.ci/nightly

docker-test: ## the same delivery test on containers; needs an engine
	./mvnw -B -ntp test -pl messaging -am -Dtest=DeliveryIntegrationTests -Dsurefire.failIfNoSpecifiedTests=false -Dhone.test.infrastructure=containers

e2e: ## train the math agent in one process, start to table
	./hone train --conf examples/math-agent/math_agent.yaml

up: ## everything in containers, healthy or failed at the end; the gateway on http://127.0.0.1:8080
	docker/passwords .env && ./mvnw -B -ntp -q package -DskipTests && docker compose up -d --build --wait

down: ## stop the containers; volumes stay
	docker compose down

logs: ## follow the services
	docker compose logs -f --tail=50

k8s: ## render the manifests and check them against strict schemas
	k8s/validate

docs: ## check the documents: links, and the table of topics against the services
	docs/check
