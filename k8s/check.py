"""What schemas do not say of rendered manifests: check.py FILE. Prints what is wrong; exit code 1 if anything is.

Every container without root, capabilities and new privileges, with requests and a probe, and its passwords and secrets by reference; Hone's own
also with the services' secret, a read-only root, a startup and a liveness probe; what selects pods selects some; the sandbox reaches nothing."""
import sys

import yaml

OPERATORS = {"In": lambda value, values: value in values, "NotIn": lambda value, values: value not in values,
             "Exists": lambda value, values: value is not None, "DoesNotExist": lambda value, values: value is None}


def selects(selector, labels):
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        OPERATORS[e["operator"]](labels.get(e["key"]), e.get("values", [])) for e in selector.get("matchExpressions", []))


def wrong_in(container, pod, own):
    security = container.get("securityContext", {})
    if pod.get("securityContext", {}).get("runAsNonRoot") is not True:
        yield "may be root"
    if security.get("allowPrivilegeEscalation") is not False or security.get("privileged"):
        yield "may gain privileges"
    if security.get("capabilities", {}).get("drop") != ["ALL"] or security.get("capabilities", {}).get("add"):
        yield "has capabilities"
    if not {"cpu", "memory"} <= container.get("resources", {}).get("requests", {}).keys():
        yield "requests no cpu or memory"
    if "readinessProbe" not in container:
        yield "has no readiness probe"
    if own and security.get("readOnlyRootFilesystem") is not True:
        yield "has a root that can be written"
    if own and not {"startupProbe", "livenessProbe"} <= container.keys():
        yield "has no startup or liveness probe"
    if own and "HONE_SERVICE_SECRET" not in {variable["name"] for variable in container.get("env", [])}:
        yield "has no secret to know services by"
    for variable in container.get("env", []):
        if any(word in variable["name"] for word in ("PASSWORD", "SECRET", "_KEY")) and "secretKeyRef" not in variable.get("valueFrom", {}):
            yield f"has {variable['name']} in the clear"


def wrong(objects):
    pods = []
    for thing in objects:
        if thing["kind"] in ("Deployment", "StatefulSet"):
            template, name = thing["spec"]["template"], f"{thing['kind']} {thing['metadata']['name']}"
            labels = template["metadata"]["labels"]
            pods.append(labels)
            if not selects(thing["spec"]["selector"], labels):
                yield f"{name} does not select its own pods"
            for container in template["spec"]["containers"]:
                for what in wrong_in(container, template["spec"], labels.get("app.kubernetes.io/part-of") == "hone"):
                    yield f"{name}: container {container['name']} {what}"
    workloads = {(thing["kind"], thing["metadata"]["name"]) for thing in objects}
    for thing in objects:
        name, spec = f"{thing['kind']} {thing['metadata']['name']}", thing.get("spec", {})
        selector = {"Service": {"matchLabels": spec.get("selector")}, "PodDisruptionBudget": spec.get("selector"),
                    "NetworkPolicy": spec.get("podSelector")}.get(thing["kind"])
        if selector and not any(selects(selector, labels) for labels in pods):
            yield f"{name} selects no pod"
        target = spec.get("scaleTargetRef")
        if target and (target.get("kind", "Deployment"), target["name"]) not in workloads:
            yield f"{name} scales what is not there: {target['name']}"
    for labels in pods:
        if labels.get("app.kubernetes.io/name") == "sandbox-service":
            policies = [p for p in objects if p["kind"] == "NetworkPolicy" and selects(p["spec"]["podSelector"], labels)]
            if not any("Egress" in p["spec"]["policyTypes"] for p in policies):
                yield "the sandbox reaches everything: no policy holds it"
            for policy in policies:
                if policy["spec"].get("egress"):
                    yield f"the sandbox reaches something: NetworkPolicy {policy['metadata']['name']}"


with open(sys.argv[1]) as source:
    found = list(wrong([thing for thing in yaml.safe_load_all(source) if thing]))
print("\n".join(found) or f"{sys.argv[1]}: confined, probed, by reference; the sandbox reaches nothing.")
sys.exit(bool(found))
