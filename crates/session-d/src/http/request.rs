//! From an HTTP request to the message of a call, by the JSON mapping of protobuf.

use daemon::doors::invalid;
use http::{header::CONTENT_TYPE, request::Parts};
use prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value as Field};
use serde_json::{Map, Value};
use tonic::Status;

use super::{
    answer::Refusal,
    routes::{Body, Route},
};

/// The call's message, encoded. The body, the query and the path each say their part of it.
pub(super) fn message(
    route: &Route,
    fields: Vec<(&str, String)>,
    parts: &Parts,
    body: &[u8],
) -> Result<Vec<u8>, Refusal> {
    if !body.is_empty() && !is_json(parts) {
        return Err(Refusal::of_type());
    }
    let input = route.method.input();
    let mut said = match &route.body {
        Body::None if body.is_empty() => Map::new(),
        Body::None => return Err(invalid("body", "has to be empty").into()),
        Body::Whole => json(body)?,
        Body::Field(field) => Map::from_iter([(field.clone(), Value::Object(json(body)?))]),
    };
    for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
        if route.body == Body::Whole {
            return Err(invalid(&name, "has to stand in the body: this call has no query").into());
        }
        put(&mut said, &input, &name, &value)?;
    }
    let unreadable = |error: serde_json::Error| invalid("body", &short(&error));
    let mut message = DynamicMessage::deserialize(input, Value::Object(said)).map_err(unreadable)?;
    for (path, value) in fields {
        set(&mut message, path, value)?;
    }
    Ok(message.encode_to_vec())
}

fn is_json(parts: &Parts) -> bool {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"))
}

fn json(body: &[u8]) -> Result<Map<String, Value>, Status> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|error| invalid("body", &short(&error)))
}

/// A parameter of the query: `pageSize=10`, `room.etag=3`, several of a repeated field.
fn put(said: &mut Map<String, Value>, message: &MessageDescriptor, path: &str, value: &str) -> Result<(), Status> {
    let unknown = || invalid(path, "is no field of the request");
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    let field = message
        .get_field_by_json_name(name)
        .or_else(|| message.get_field_by_name(name))
        .ok_or_else(unknown)?;
    let key = field.name().to_owned();
    if let Some(rest) = rest {
        let Kind::Message(inner) = field.kind() else {
            return Err(unknown());
        };
        return match said.entry(key).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(said) => put(said, &inner, rest, value),
            _ => Err(unknown()),
        };
    }
    let value = scalar(&field, value);
    if field.is_list() {
        if let Value::Array(values) = said.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
            values.push(value);
        }
        return Ok(());
    }
    if said.insert(key, value).is_some() {
        return Err(invalid(path, "has to be there once"));
    }
    Ok(())
}

/// Everything else has a form as text in JSON.
fn scalar(field: &FieldDescriptor, text: &str) -> Value {
    match (field.kind(), text) {
        (Kind::Bool, "true") => Value::Bool(true),
        (Kind::Bool, "false") => Value::Bool(false),
        _ => Value::String(text.to_owned()),
    }
}

/// A field that stands in the path, and may stand elsewhere only if it is the same.
fn set(message: &mut DynamicMessage, path: &str, value: String) -> Result<(), Status> {
    if let Some((name, rest)) = path.split_once('.') {
        let inner = message.get_field_by_name_mut(name).and_then(Field::as_message_mut);
        return set(inner.expect("a message, as the path says"), rest, value);
    }
    let field = message.get_field_by_name_mut(path).expect("a field, as the path says");
    match field.as_str() {
        Some("") => *field = Field::String(value),
        Some(other) if other == value => {}
        _ => return Err(invalid(path, "has to be the path's, or absent")),
    }
    Ok(())
}

fn short(error: &dyn std::error::Error) -> String {
    error.to_string().chars().take(LONGEST_REASON).collect()
}

/// Characters.
const LONGEST_REASON: usize = 200;
