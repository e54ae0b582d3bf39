//! Segments, services, deployments and releases.

use ecow::EcoString;

use super::{Names, Scope};
use crate::finding::Finding;
use crate::format::{DeploymentFile, Name, ReleaseFile, SegmentFile, ServiceFile, Text};
use crate::model::{Deployment, Live, Release, Segment, Service};
use crate::source::{FileId, Spanned};

/// Understands a segment's file; `intact` is whether nothing was wrong with its text and its shape.
pub fn segment(
    written: SegmentFile,
    name: &str,
    file: FileId,
    names: &Names<'_>,
    intact: bool,
    findings: &mut Vec<Finding>,
) -> Segment {
    let mut scope = Scope { names, file, environment: None, broken: Vec::new(), findings };
    let condition = written.condition.and_then(|condition| scope.condition(&condition.value));
    let whole = intact && scope.broken.is_empty();
    Segment { name: EcoString::from(name), file, condition: condition.filter(|_| whole) }
}

/// Understands a service's file.
pub fn service(written: ServiceFile, name: &str, file: FileId) -> Service {
    let images = written.image.map(|images| images.0).unwrap_or_default().into_iter();
    Service {
        name: EcoString::from(name),
        file,
        images: texts(images.map(|image| Spanned::new(image.value.0, image.span)).collect()),
        calls: texts(written.calls),
        code: texts(written.code),
        provides: written.provides.map(|provides| Spanned::new(texts(provides.value), provides.span)),
        sdk: written.sdk.map(text),
    }
}

/// Understands a deployment's file; `intact` is whether nothing was wrong with its text and its shape.
pub fn deployment(written: DeploymentFile, name: &str, file: FileId, intact: bool) -> Deployment {
    let live = written.live.into_iter().map(|live| Live {
        service: text(live.value.service),
        version: text(live.value.version),
        instance: live.value.instance.map(text),
        capabilities: texts(live.value.capabilities),
    });
    Deployment {
        environment: EcoString::from(name),
        file,
        recorded_at: written.recorded_at,
        intact,
        live: live.collect(),
    }
}

/// Understands a release's file.
pub fn release(written: ReleaseFile, name: &str, file: FileId) -> Release {
    Release { name: EcoString::from(name), file, flags: texts(written.flags.unwrap_or_default()) }
}

fn texts(names: Vec<Spanned<Name>>) -> Vec<Text> {
    names.into_iter().map(text).collect()
}

fn text(name: Spanned<Name>) -> Text {
    Spanned::new(name.value.0, name.span)
}
