//! Which call a method and a path mean: what the protos' `google.api.http` say.

use http::Method;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, ServiceDescriptor};

/// All calls that can be made over HTTP.
#[derive(Debug)]
pub(super) struct Routes(Vec<Route>);

/// One of them.
#[derive(Debug)]
pub(super) struct Route {
    verb: Method,
    path: Vec<Segment>,
    /// What stands behind the last segment's colon.
    action: Option<String>,
    pub(super) body: Body,
    pub(super) method: MethodDescriptor,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Is(String),
    /// The path of a field in the request.
    Field(String),
}

/// What the body of a request is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    None,
    Whole,
    Field(String),
}

/// What was found for a path.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// The call, and the fields that stand in the path.
    Route(&'a Route, Vec<(&'a str, String)>),
    /// There are calls by other methods.
    Only(Vec<&'a Method>),
    Nothing,
}

impl Routes {
    /// # Panics
    /// Where the protos say nonsense: a test reads them all.
    pub(super) fn of(pool: &DescriptorPool) -> Self {
        let extension = pool.get_extension_by_name("google.api.http").expect("is imported");
        let services: Vec<_> = pool.services().collect();
        let methods = services.iter().flat_map(ServiceDescriptor::methods);
        let routes = methods.filter_map(|method| {
            let options = method.options();
            let rule = options
                .has_extension(&extension)
                .then(|| options.get_extension(&extension).into_owned())?;
            Some(Route::of(rule.as_message().expect("is a rule"), method))
        });
        Self(routes.collect())
    }

    pub(super) fn find(&self, verb: &Method, path: &str) -> Found<'_> {
        let mut others = Vec::new();
        for route in &self.0 {
            match route.fields(path) {
                Some(fields) if route.verb == *verb => return Found::Route(route, fields),
                Some(_) => others.push(&route.verb),
                None => {}
            }
        }
        if others.is_empty() {
            Found::Nothing
        } else {
            Found::Only(others)
        }
    }
}

impl Route {
    fn of(rule: &DynamicMessage, method: MethodDescriptor) -> Self {
        let text = |name: &str| {
            let value = rule.get_field_by_name(name).expect("a field of a rule");
            value.as_str().unwrap_or_default().to_owned()
        };
        let verbs = ["get", "put", "post", "delete", "patch"];
        let (verb, path) = verbs
            .iter()
            .map(|verb| (verb, text(verb)))
            .find(|(_, path)| !path.is_empty())
            .expect("a rule has a pattern");
        let (path, action) = split_action(&path);
        let body = match text("body").as_str() {
            "" => Body::None,
            "*" => Body::Whole,
            field => Body::Field(field.to_owned()),
        };
        let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(field) => Segment::Field(field.to_owned()),
            None => Segment::Is(text.to_owned()),
        };
        Self {
            verb: verb.to_uppercase().parse().expect("a method"),
            path: path.split('/').map(segment).collect(),
            action: action.map(str::to_owned),
            body,
            method,
        }
    }

    /// The fields that stand in the path, where it is this call's.
    fn fields(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let (path, action) = split_action(path);
        if action != self.action.as_deref() || path.split('/').count() != self.path.len() {
            return None;
        }
        let mut fields = Vec::new();
        for (segment, text) in self.path.iter().zip(path.split('/')) {
            match segment {
                Segment::Is(expected) if expected == text => {}
                Segment::Field(field) if !text.is_empty() => fields.push((field.as_str(), text.to_owned())),
                Segment::Is(_) | Segment::Field(_) => return None,
            }
        }
        Some(fields)
    }
}

fn split_action(path: &str) -> (&str, Option<&str>) {
    path.rsplit_once(':')
        .map_or((path, None), |(path, action)| (path, Some(action)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(verb: &Method, path: &str) -> String {
        let pool = DescriptorPool::decode(api::FILE_DESCRIPTOR_SET).expect("descriptors");
        match Routes::of(&pool).find(verb, path) {
            Found::Route(route, fields) => format!("{} {fields:?} {:?}", route.method.name(), route.body),
            Found::Only(others) => format!("{others:?}"),
            Found::Nothing => String::new(),
        }
    }

    #[test]
    fn a_path_leads_to_its_call_and_names_its_fields() {
        assert_eq!(found(&Method::GET, "/v1/rooms/7"), r#"GetRoom [("room", "7")] None"#);
        assert_eq!(
            found(&Method::PATCH, "/v1/rooms/7"),
            r#"UpdateRoom [("room.id", "7")] Field("room")"#
        );
        assert_eq!(
            found(&Method::POST, "/v1/rooms/7:close"),
            r#"CloseRoom [("room", "7")] Whole"#
        );
        assert_eq!(
            found(&Method::GET, "/v1/practices/7/events:watch"),
            r#"WatchEvents [("practice", "7")] None"#
        );
        assert_eq!(found(&Method::DELETE, "/v1/rooms/7"), "[GET, PATCH]");
        for nowhere in [
            "",
            "/",
            "/v1",
            "/v1/rooms",
            "/v1/rooms/",
            "/v1/rooms/7/",
            "/v1/rooms/7:burn",
            "/v2/rooms/7",
            "/v1/rooms:close/7",
        ] {
            assert_eq!(found(&Method::GET, nowhere), "", "{nowhere}");
        }
    }

    #[test]
    fn every_call_of_integrators_has_a_path_of_its_own_and_our_daemons_have_none() {
        let pool = DescriptorPool::decode(api::FILE_DESCRIPTOR_SET).expect("descriptors");
        let routes = Routes::of(&pool).0;

        let ours = api::methods()
            .into_iter()
            .filter(|path| path.starts_with("/visite.session.v1."));
        let routed: Vec<_> = routes.iter().map(|route| route.method.full_name().to_owned()).collect();
        assert!(
            routed.iter().all(|name| name.starts_with("visite.session.v1.")),
            "{routed:?}"
        );
        assert_eq!(routed.len(), ours.count());
        for (at, route) in routes.iter().enumerate() {
            let same = |other: &&Route| {
                let fit =
                    |(a, b): (&Segment, &Segment)| a == b || matches!((a, b), (Segment::Field(_), Segment::Field(_)));
                other.verb == route.verb
                    && other.action == route.action
                    && other.path.len() == route.path.len()
                    && other.path.iter().zip(&route.path).all(fit)
            };
            assert_eq!(
                routes.iter().skip(at).filter(same).count(),
                1,
                "{}",
                route.method.full_name()
            );
        }
    }
}
