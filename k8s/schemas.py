"""Makes strict JSON schemas, as kubeconform reads them, from Kubernetes' OpenAPI document and from custom resource definitions:
schemas.py FOLDER SWAGGER DEFINITION.yaml..."""
import json
import os
import sys

import yaml

FREE = {  # Definitions that OpenAPI 2 cannot say: a number or a text.
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["string", "integer"]},
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": ["string", "number"]},
}


def strict(node):
    """The same schema, with fields that it does not name refused and references going to _definitions.json."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-kubernetes-int-or-string") is True:
        return {"type": ["string", "integer"]}
    result = {}
    for key, value in node.items():
        if key == "$ref" and isinstance(value, str):
            result[key] = "_definitions.json" + value
        elif not key.startswith("x-kubernetes-"):
            result[key] = strict(value)
    if isinstance(result.get("properties"), dict) and node.get("x-kubernetes-preserve-unknown-fields") is not True:
        result.setdefault("additionalProperties", False)
    return result


def write(folder, schema, group, version, kind):
    schema = dict(schema)
    schema["properties"] = {
        **schema.get("properties", {}),
        "apiVersion": {"enum": [group + "/" + version if group else version]},
        "kind": {"enum": [kind]},
    }
    schema["required"] = sorted({*schema.get("required", []), "apiVersion", "kind"})
    parts = [kind.lower(), group.split(".")[0], version]
    with open(os.path.join(folder, "-".join(part for part in parts if part) + ".json"), "w") as out:
        json.dump(schema, out)


def kubernetes(folder, swagger):
    with open(swagger) as source:
        definitions = json.load(source)["definitions"]
    schemas = {name: FREE.get(name) or strict(schema) for name, schema in definitions.items()}
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", []):
            write(folder, schemas[name], kind["group"], kind["version"], kind["kind"])
    return schemas


def custom(folder, file):
    with open(file) as source:
        spec = yaml.safe_load(source)["spec"]
    for version in spec["versions"]:
        schema = strict(version["schema"]["openAPIV3Schema"])
        # Any resource's; the definition leaves it out.
        schema["properties"]["metadata"] = {"$ref": "_definitions.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}
        write(folder, schema, spec["group"], version["name"], spec["names"]["kind"])


def main(folder, swagger, *definitions):
    os.makedirs(folder, exist_ok=True)
    schemas = kubernetes(folder, swagger)
    for file in definitions:
        custom(folder, file)
    print(f"{len(os.listdir(folder))} schemas in {folder}")
    # Last: it says that all are there.
    with open(os.path.join(folder, "_definitions.json"), "w") as out:
        json.dump({"definitions": schemas}, out)


main(*sys.argv[1:])
