//! A service's file.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::{Name, OneOrMany};
use crate::source::Spanned;

/// A service that evaluates flags.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "service")]
pub struct ServiceFile {
    /// What it does.
    #[schemars(required)]
    pub description: Option<Spanned<Name>>,
    /// Who answers for it.
    #[schemars(required)]
    pub owner: Option<Spanned<Name>>,
    /// Where its source lives.
    pub repository: Option<Spanned<Name>>,
    /// The container images it runs as, without tag and digest, such as `registry.example.com/acme/orders`: so
    /// `flagc deployed import` knows it in manifests. Where one image holds several services, the form of the tag is
    /// part of it, with `*` for the version: `acme/shop:*-orders`. Default: any image whose last part is the service's
    /// name.
    pub image: Option<OneOrMany<Spanned<ImageName>>>,
    /// Where its source lies inside this Git repository, relative to the workspace.
    #[serde(default)]
    pub code: Vec<Spanned<Name>>,
    /// The services it calls: the order of a coordinated release.
    #[serde(default)]
    pub calls: Vec<Spanned<Name>>,
    /// The attributes of the context that it hands over when it evaluates a flag: all of them, once the key is there.
    pub provides: Option<Spanned<Vec<Spanned<Name>>>>,
    /// The OpenFeature provider it uses and its version, such as `flagd-java 0.14.0`; where the provider asks a flagd daemon,
    /// that daemon: `flagd 0.16.1`. Names of package registries are known too: `@openfeature/flagd-provider 0.16.0`.
    #[schemars(regex(pattern = "^[A-Za-z@][A-Za-z0-9@/:._-]* v?[0-9][A-Za-z0-9.+-]*$"))]
    pub sdk: Option<Spanned<Name>>,
}

/// The name of a container image as a registry knows it, with `*` for the version where the tag has more in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageName(pub Name);

impl<'de> Deserialize<'de> for ImageName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Name::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for ImageName {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ImageName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let part = "[A-Za-z0-9_][A-Za-z0-9._-]*";
        let pattern = format!(r"^{part}(:[0-9]+/{part})?(/{part})*(:[A-Za-z0-9._-]*\*[A-Za-z0-9._-]*)?$");
        json_schema!({ "type": "string", "minLength": 1, "pattern": pattern })
    }
}
