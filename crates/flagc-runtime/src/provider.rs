//! A provider for OpenFeature's Rust SDK (crate `open-feature`), which evaluates the active flags of a [`Store`].
//!
//! That SDK gives providers no default value: where the caller's own default counts (a disabled flag, or none of its
//! variants), the answer is an error of code `General`, whose text is the reason.

use std::sync::Arc;

use open_feature::provider::{FeatureProvider, ProviderMetadata, ResolutionDetails};
use open_feature::{
    EvaluationContext, EvaluationContextFieldValue, EvaluationError, EvaluationErrorCode, EvaluationReason,
    EvaluationResult, FlagMetadata, FlagMetadataValue, StructValue, Value as FlagValue, async_trait,
};
use serde_json::Value;

use crate::context::{Context, TARGETING_KEY};
use crate::details::{Details, ErrorCode, Reason};
use crate::document::Metadata;
use crate::evaluate::At;
use crate::store::Store;

/// Evaluates with the flags of a store and the time of the system clock.
///
/// ```
/// use std::sync::Arc;
///
/// use flagc_runtime::provider::FlagcProvider;
/// use flagc_runtime::{Document, Evaluator, Store};
///
/// let document = Document::from_bytes(br#"{"flags": {}}"#)?;
/// let store = Arc::new(Store::new(Evaluator::new(document)));
/// let provider = FlagcProvider::new(Arc::clone(&store));
/// // OpenFeature::singleton_mut().await.set_provider(provider).await;
/// # drop(provider);
/// # Ok::<(), flagc_runtime::DocumentError>(())
/// ```
#[derive(Debug)]
pub struct FlagcProvider {
    store: Arc<Store>,
    metadata: ProviderMetadata,
}

impl FlagcProvider {
    /// A provider of a store's flags; replacing them in the store replaces them here.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store, metadata: ProviderMetadata::new("flagc") }
    }
}

#[async_trait]
impl FeatureProvider for FlagcProvider {
    fn metadata(&self) -> &ProviderMetadata {
        &self.metadata
    }

    async fn resolve_bool_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<bool>> {
        resolution(self.store.load().boolean(flag, &convert(context), At::system_clock()))
    }

    async fn resolve_int_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<i64>> {
        resolution(self.store.load().integer(flag, &convert(context), At::system_clock()))
    }

    async fn resolve_float_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<f64>> {
        resolution(self.store.load().float(flag, &convert(context), At::system_clock()))
    }

    async fn resolve_string_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<String>> {
        let flags = self.store.load();
        let details = flags.string(flag, &convert(context), At::system_clock());
        resolution(details.map(str::to_owned))
    }

    async fn resolve_struct_value(
        &self,
        flag: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<StructValue>> {
        let flags = self.store.load();
        let details = flags.object(flag, &convert(context), At::system_clock());
        let structure = details.map(|value| match flag_value(value) {
            Some(FlagValue::Struct(structure)) => Some(structure),
            _ => None,
        });
        match structure.value {
            Some(None) => Err(EvaluationError {
                code: EvaluationErrorCode::TypeMismatch,
                message: Some(
                    "the value is a list, or has `null` in it, which the SDK does not know".to_owned(),
                ),
            }),
            _ => resolution(structure.map(Option::unwrap_or_default)),
        }
    }
}

fn resolution<T>(details: Details<T>) -> EvaluationResult<ResolutionDetails<T>> {
    match details.value {
        Some(value) => Ok(ResolutionDetails {
            value,
            variant: details.variant.map(str::to_owned),
            reason: Some(reason(details.reason)),
            flag_metadata: Some(flag_metadata(details.metadata)),
        }),
        None => Err(EvaluationError {
            code: details
                .error_code
                .map_or_else(|| EvaluationErrorCode::General(details.reason.to_string()), error_code),
            message: details.error_message.map(std::borrow::Cow::into_owned),
        }),
    }
}

fn reason(reason: Reason) -> EvaluationReason {
    match reason {
        Reason::Static => EvaluationReason::Static,
        Reason::TargetingMatch => EvaluationReason::TargetingMatch,
        Reason::Default => EvaluationReason::Default,
        Reason::Disabled => EvaluationReason::Disabled,
        Reason::Error => EvaluationReason::Error,
    }
}

fn error_code(code: ErrorCode) -> EvaluationErrorCode {
    match code {
        ErrorCode::FlagNotFound => EvaluationErrorCode::FlagNotFound,
        ErrorCode::TypeMismatch => EvaluationErrorCode::TypeMismatch,
        ErrorCode::ParseError => EvaluationErrorCode::ParseError,
        ErrorCode::General => EvaluationErrorCode::General(code.to_string()),
    }
}

fn flag_metadata(metadata: &Metadata) -> FlagMetadata {
    let mut converted = FlagMetadata::default();
    for (key, value) in metadata {
        let value = match flag_value(value) {
            Some(FlagValue::Bool(b)) => FlagMetadataValue::Bool(b),
            Some(FlagValue::Int(n)) => FlagMetadataValue::Int(n),
            Some(FlagValue::Float(n)) => FlagMetadataValue::Float(n),
            Some(FlagValue::String(text)) => FlagMetadataValue::String(text),
            Some(FlagValue::Array(_) | FlagValue::Struct(_)) | None => continue,
        };
        converted.add_value(key, value);
    }
    converted
}

/// A value in the SDK's types, which know no `null`.
fn flag_value(value: &Value) -> Option<FlagValue> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(b) => FlagValue::Bool(*b),
        Value::Number(n) => match n.as_i64() {
            Some(n) => FlagValue::Int(n),
            None => FlagValue::Float(n.as_f64()?),
        },
        Value::String(text) => FlagValue::String(text.clone()),
        Value::Array(items) => FlagValue::Array(items.iter().map(flag_value).collect::<Option<_>>()?),
        Value::Object(map) => {
            let fields = map.iter().map(|(key, value)| Some((key.clone(), flag_value(value)?)));
            FlagValue::Struct(StructValue { fields: fields.collect::<Option<_>>()? })
        }
    })
}

/// Date and time become whole seconds since 1970, which compare with `$flagd.timestamp`. Of structures only
/// `serde_json::Value` is known; others, and numbers that JSON does not have, are left out.
fn convert(context: &EvaluationContext) -> Context {
    let mut converted = Context::new();
    for (name, value) in &context.custom_fields {
        let value = match value {
            EvaluationContextFieldValue::Bool(b) => Value::from(*b),
            EvaluationContextFieldValue::Int(n) => Value::from(*n),
            EvaluationContextFieldValue::Float(n) => Value::from(*n),
            EvaluationContextFieldValue::String(text) => Value::from(text.as_str()),
            EvaluationContextFieldValue::DateTime(time) => Value::from(time.unix_timestamp()),
            EvaluationContextFieldValue::Struct(any) => {
                any.downcast_ref::<Value>().cloned().unwrap_or(Value::Null)
            }
        };
        converted.insert(name, value);
    }
    if let Some(key) = &context.targeting_key {
        converted.insert(TARGETING_KEY, key.as_str());
    }
    converted
}
