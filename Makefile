# Each target is one line that can be pasted. JDK 25 is found by ./mvnw and ./hone.
.PHONY: fmt check it it-embedded it-containers nightly e2e up down logs compose k8s docs sbom scan

fmt: ## format the sources
	./mvnw -q spotless:apply

check: ## what needs no server: formatting, unit, architecture and contract tests; metrics on the dashboards; documents
	./mvnw -B -ntp verify -Dtest='*Tests,!*IntegrationTests' -Dsurefire.failIfNoSpecifiedTests=false && observability/check && docs/check

it: ## integration tests, on containers where an engine is there, else on the embedded Kafka and PostgreSQL
	./mvnw -B -ntp verify -Dtest='*IntegrationTests' -Dsurefire.failIfNoSpecifiedTests=false

it-embedded: ## the same tests on the embedded Kafka and PostgreSQL, whatever is there
	./mvnw -B -ntp verify -Dtest='*IntegrationTests' -Dsurefire.failIfNoSpecifiedTests=false -Dhone.test.infrastructure=embedded

it-containers: ## the same tests on containers; without an engine they fail
	./mvnw -B -ntp verify -Dtest='*IntegrationTests' -Dsurefire.failIfNoSpecifiedTests=false -Dhone.test.infrastructure=containers

nightly: ## a run over the API, and its export in Transformers; fetches PyTorch
	.ci/nightly

e2e: ## train the math agent in one process, start to table
	./hone train --conf examples/math-agent/math_agent.yaml

up: ## everything in containers, healthy or failed at the end; the gateway on http://127.0.0.1:8080
	docker/passwords .env && ./mvnw -B -ntp -q package -DskipTests && docker compose up -d --build --wait

down: ## stop the containers; volumes stay
	docker compose down

logs: ## follow the services
	docker compose logs -f --tail=50

compose: ## prove docker-compose.yml by training on it, from nothing; without an engine it starts one
	OWN_CODE=1 docker/prove

k8s: ## render the manifests and check them against strict schemas
	k8s/validate

sbom: ## what Hone is made of, as CycloneDX: target/sbom/hone.cdx.json
	./mvnw -B -ntp -q validate -Psbom

scan: sbom ## look it up in OSV's database; fails on what is known, and where nothing could be looked up
	.ci/scan

docs: ## check the documents: links, and the table of topics against the services
	docs/check
