//! The calls of `visite.session.v1` as an OpenAPI document: paths from `google.api.http`, words from the protos' comments.

use prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, FileDescriptor, Kind,
    MessageDescriptor, MethodDescriptor, ServiceDescriptor,
};
use serde_json::{Map, Value, json};

/// The whole document, as it is checked in and served.
pub(crate) fn document(pool: &DescriptorPool) -> String {
    let services: Vec<_> = pool
        .services()
        .filter(|service| service.package_name() == PACKAGE)
        .collect();
    let mut paths = Map::new();
    for method in services.iter().flat_map(ServiceDescriptor::methods) {
        let (verb, path, body) = rule(pool, &method);
        let operations = paths.entry(without_field_paths(&path)).or_insert_with(|| json!({}));
        operations[verb] = operation(&method, &path, &body);
    }
    let tags: Vec<_> = services
        .iter()
        .map(
            |service| json!({ "name": service.name(), "description": comment(&service.parent_file(), service.path()) }),
        )
        .collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Visite for integrators",
            "version": "1",
            "description": "The gRPC API of session-d over HTTP and JSON, by the JSON mapping of protobuf. See docs/integrate/http.md.",
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "https://{host}", "variables": { "host": { "default": "session.example.org:8444", "description": "Where session-d listens ([tls])." } } }],
        "security": [{ "key": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer", "description": "An API key: visite_…" } },
            "responses": { "Error": { "description": "What is wrong.", "content": { "application/json": { "schema": reference("Status") } } } },
            "schemas": schemas(pool),
        },
    });
    serde_json::to_string_pretty(&document).expect("JSON") + "\n"
}

/// Verb, path and body of a call.
fn rule(pool: &DescriptorPool, method: &MethodDescriptor) -> (&'static str, String, String) {
    let extension = pool.get_extension_by_name("google.api.http").expect("is imported");
    let options = method.options();
    let rule = options.get_extension(&extension);
    let rule: &DynamicMessage = rule.as_message().expect("a rule");
    let text = |name: &str| {
        rule.get_field_by_name(name)
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    let verbs = ["get", "put", "post", "delete", "patch"];
    let (verb, path) = verbs
        .into_iter()
        .find_map(|verb| Some((verb, text(verb).filter(|path| !path.is_empty())?)))
        .unwrap_or_else(|| panic!("{} has no google.api.http", method.full_name()));
    (verb, path, text("body").unwrap_or_default())
}

/// `{room.id}` is `{room}` there: a parameter's name has no dots.
fn without_field_paths(path: &str) -> String {
    path.replace(".id}", "}")
}

fn operation(method: &MethodDescriptor, path: &str, body: &str) -> Value {
    let input = method.input();
    let in_path: Vec<_> = path
        .split(['{', '}'])
        .skip(1)
        .step_by(2)
        .map(|field| field.trim_end_matches(".id").to_owned())
        .collect();
    let mut parameters: Vec<_> = in_path
        .iter()
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    if body != "*" {
        let in_query = input
            .fields()
            .filter(|field| field.name() != body && !in_path.iter().any(|name| name == field.name()));
        parameters.extend(in_query.map(|field| {
            json!({
                "name": field.json_name(), "in": "query", "schema": schema(&field),
                "description": comment(&input.parent_file(), field.path()),
            })
        }));
    }
    let description = comment(&method.parent_file(), method.path());
    let kind = if method.is_server_streaming() {
        "application/x-ndjson"
    } else {
        "application/json"
    };
    let mut operation = json!({
        "operationId": method.name(),
        "tags": [method.parent_service().name()],
        "summary": words(method.name()),
        "description": description,
        "parameters": parameters,
        "responses": {
            "200": { "description": "Done.", "content": { kind: { "schema": message_reference(&method.output()) } } },
            "default": { "$ref": "#/components/responses/Error" },
        },
    });
    let body = match body {
        "" => None,
        "*" => Some(without(&input, &in_path)),
        field => Some(schema(&input.get_field_by_name(field).expect("a field"))),
    };
    if let Some(schema) = body {
        operation["requestBody"] = json!({ "content": { "application/json": { "schema": schema } } });
    }
    operation
}

/// A message's fields, but for those that stand in the path.
fn without(message: &MessageDescriptor, in_path: &[String]) -> Value {
    object(message, |field| !in_path.iter().any(|name| name == field.name()))
}

fn object(message: &MessageDescriptor, keep: impl Fn(&FieldDescriptor) -> bool) -> Value {
    let mut properties = Map::new();
    for field in message.fields().filter(keep) {
        let mut schema = schema(&field);
        let comment = comment(&message.parent_file(), field.path());
        if !comment.is_empty() {
            schema["description"] = comment.into();
        }
        properties.insert(field.json_name().to_owned(), schema);
    }
    let mut object = json!({ "type": "object", "properties": properties });
    let comment = comment(&message.parent_file(), message.path());
    if !comment.is_empty() {
        object["description"] = comment.into();
    }
    object
}

/// Of all messages and enums that answers and bodies refer to, and of errors.
fn schemas(pool: &DescriptorPool) -> Value {
    let mut schemas = Map::new();
    let ours = |package: &str| package == PACKAGE;
    for message in pool.all_messages().filter(|message| ours(message.package_name())) {
        if !message.name().ends_with("Request") {
            schemas.insert(name(message.full_name()), object(&message, |_| true));
        }
    }
    for kind in pool.all_enums().filter(|kind| ours(kind.package_name())) {
        schemas.insert(name(kind.full_name()), enumeration(&kind));
    }
    let detail = json!({ "type": "object", "properties": { "@type": { "type": "string" } }, "required": ["@type"], "additionalProperties": true });
    let status = json!({
        "type": "object",
        "description": "google.rpc.Status: details are google.rpc.BadRequest (which field), ErrorInfo (a reason for programs) and RetryInfo (when to try again).",
        "properties": {
            "code": { "type": "integer", "description": "google.rpc.Code" },
            "message": { "type": "string" },
            "details": { "type": "array", "items": detail },
        },
    });
    schemas.insert("Status".to_owned(), status);
    Value::Object(schemas)
}

fn enumeration(kind: &EnumDescriptor) -> Value {
    let values: Vec<_> = kind.values().map(|value| value.name().to_owned()).collect();
    let said = kind.values().filter_map(|value| {
        let comment = comment(&kind.parent_file(), value.path());
        (!comment.is_empty()).then(|| format!("`{}`: {comment}", value.name()))
    });
    let said: Vec<_> = said.collect();
    json!({ "type": "string", "enum": values, "description": said.join("\n\n") })
}

/// As a value of the field looks in JSON.
fn schema(field: &FieldDescriptor) -> Value {
    let one = match field.kind() {
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Uint32 => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        Kind::Uint64 => json!({ "type": "string", "format": "uint64" }),
        Kind::String => json!({ "type": "string" }),
        Kind::Bytes => json!({ "type": "string", "format": "byte" }),
        Kind::Enum(kind) => reference(&name(kind.full_name())),
        Kind::Message(message) => message_reference(&message),
        other => panic!("no field of ours is {other:?}"),
    };
    if field.cardinality() == Cardinality::Repeated {
        json!({ "type": "array", "items": one })
    } else {
        one
    }
}

fn message_reference(message: &MessageDescriptor) -> Value {
    match message.full_name() {
        "google.protobuf.Timestamp" => json!({ "type": "string", "format": "date-time" }),
        "google.protobuf.Duration" => {
            json!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?s$", "examples": ["1200s"] })
        }
        "google.protobuf.FieldMask" => json!({ "type": "string", "examples": ["startTime,duration"] }),
        "google.protobuf.Empty" => json!({ "type": "object" }),
        full => reference(&name(full)),
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// `Room.State` is `RoomState` there.
fn name(full: &str) -> String {
    full.trim_start_matches(PACKAGE).replace('.', "")
}

/// `CreateRoom`: "Create room".
fn words(name: &str) -> String {
    let mut words = String::new();
    for (at, c) in name.char_indices() {
        if at > 0 && c.is_uppercase() {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.push(c);
        }
    }
    words
}

/// What stands above it in the proto: a line for each paragraph.
fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let proto = file.file_descriptor_proto();
    let locations = proto.source_code_info.iter().flat_map(|info| &info.location);
    let mut here = locations.filter(|location| location.path == path);
    let comment = here
        .find_map(|location| location.leading_comments.clone())
        .unwrap_or_default();
    let paragraphs = comment.trim().split("\n\n").map(|paragraph| {
        let lines: Vec<_> = paragraph.lines().map(str::trim).collect();
        lines.join(" ").trim().to_owned()
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

const PACKAGE: &str = "visite.session.v1";
