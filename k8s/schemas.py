"""Makes strict JSON schemas, as kubeconform reads them, from Kubernetes' OpenAPI document: schemas.py SWAGGER FOLDER"""
import json
import os
import sys

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
    result = {}
    for key, value in node.items():
        if key == "$ref" and isinstance(value, str):
            result[key] = "_definitions.json" + value
        elif not key.startswith("x-kubernetes-"):
            result[key] = strict(value)
    if isinstance(result.get("properties"), dict):
        result.setdefault("additionalProperties", False)
    return result


def main(swagger, folder):
    with open(swagger) as source:
        definitions = json.load(source)["definitions"]
    os.makedirs(folder, exist_ok=True)
    schemas = {name: FREE.get(name) or strict(schema) for name, schema in definitions.items()}
    count = 0
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", []):
            group, version = kind["group"], kind["version"]
            schema = dict(schemas[name])
            schema["properties"] = {
                **schema.get("properties", {}),
                "apiVersion": {"enum": [group + "/" + version if group else version]},
                "kind": {"enum": [kind["kind"]]},
            }
            schema["required"] = sorted({*schema.get("required", []), "apiVersion", "kind"})
            parts = [kind["kind"].lower(), group.split(".")[0], version]
            with open(os.path.join(folder, "-".join(part for part in parts if part) + ".json"), "w") as out:
                json.dump(schema, out)
            count += 1
    with open(os.path.join(folder, "_definitions.json"), "w") as out:
        json.dump({"definitions": schemas}, out)
    print(f"{count} schemas in {folder}")


main(*sys.argv[1:])
