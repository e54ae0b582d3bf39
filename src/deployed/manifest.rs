//! What manifests say runs: workloads of Kubernetes, images of a kustomization, values of a Helm chart. Which of them a
//! document is, it says itself.

use super::image::Image;
use super::read::documents;
use super::tree::{Node, Refusal};

/// An image that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sighting {
    /// The image, or what could be seen of it.
    pub(super) written: String,
    /// Where: the file and the object in it.
    pub(super) place: String,
    /// The image, or why it cannot be told.
    pub(super) image: Result<Image, String>,
    /// Whether it runs.
    pub(super) state: State,
}

/// Whether what is named runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It does.
    Live,
    /// It does, and so do instances of the version before, which the object does not name.
    Rolling,
    /// It has no instances.
    Stopped,
    /// It is an old revision that its owner keeps, or a pod that is done.
    Retired,
}

/// All images that a text names; `name` is what the text is called.
///
/// # Errors
/// Why the text cannot be read.
pub(super) fn sightings(name: &str, bytes: &[u8]) -> Result<Vec<Sighting>, Refusal> {
    let mut finder = Finder { name, found: Vec::new() };
    documents(bytes, |node| finder.document(node))?;
    Ok(finder.found)
}

struct Finder<'n> {
    name: &'n str,
    found: Vec<Sighting>,
}

/// The kinds of objects that run containers, and where the containers stand in them.
const WORKLOADS: &[(&str, &[&str])] = &[
    ("CloneSet", &["spec", "template", "spec"]),
    ("CronJob", &["spec", "jobTemplate", "spec", "template", "spec"]),
    ("DaemonSet", &["spec", "template", "spec"]),
    ("Deployment", &["spec", "template", "spec"]),
    ("Pod", &["spec"]),
    ("ReplicaSet", &["spec", "template", "spec"]),
    ("ReplicationController", &["spec", "template", "spec"]),
    ("Rollout", &["spec", "template", "spec"]),
    // That of Knative; the one of Kubernetes has no template.
    ("Service", &["spec", "template", "spec"]),
    ("StatefulSet", &["spec", "template", "spec"]),
];

impl Finder<'_> {
    fn document(&mut self, node: &Node) {
        if let Node::List(elements, _) = node {
            return elements.iter().for_each(|element| self.document(element));
        }
        let kind = node.text("kind");
        let is_kubernetes = kind.is_some() && node.text("apiVersion").is_some();
        match kind {
            Some("Kustomization" | "Component") => self.kustomization(node),
            Some("HelmRelease") if is_kubernetes => {
                node.at(&["spec", "values"]).into_iter().for_each(|values| self.values(values, ""));
            }
            Some(kind) if is_kubernetes && kind.ends_with("List") => {
                let items = node.get("items").map(Node::elements).unwrap_or_default();
                // Items of a typed list need not repeat what they are.
                let implied = kind.strip_suffix("List").unwrap_or_default();
                for item in items {
                    match item.text("kind") {
                        Some(_) if item.text("apiVersion").is_some() => self.document(item),
                        kind => self.object(item, kind.unwrap_or(implied)),
                    }
                }
            }
            Some(kind) if is_kubernetes => self.object(node, kind),
            Some(_) | None => {
                let images = node.get("images").map(Node::elements).unwrap_or_default();
                if images.iter().any(|image| image.get("name").is_some()) {
                    self.kustomization(node);
                }
                self.values(node, "");
            }
        }
    }

    /// An object of a cluster.
    fn object(&mut self, node: &Node, kind: &str) {
        let Some((_, path)) = WORKLOADS.iter().find(|(name, _)| *name == kind) else { return };
        let Some(pod) = node.at(path) else { return };
        let metadata = |key: &str| node.get("metadata").and_then(|metadata| metadata.text(key));
        let name = metadata("name").unwrap_or("without a name");
        let place = match metadata("namespace") {
            Some(namespace) => format!("{}: {kind} {namespace}/{name}", self.name),
            None => format!("{}: {kind} {name}", self.name),
        };
        let state = state_of(node, kind);
        let containers = pod.get("containers").map(Node::elements).unwrap_or_default();
        // One that is started first and stays is a sidecar; the others are gone when the pod is ready.
        let started = pod.get("initContainers").map(Node::elements).unwrap_or_default();
        let staying = started.iter().filter(|container| container.text("restartPolicy") == Some("Always"));
        for container in containers.iter().chain(staying) {
            if let Some(image) = container.text("image") {
                self.reference(image, place.clone(), state);
            }
        }
    }

    /// `images` of a kustomization: other names, tags and digests for the images of its resources.
    fn kustomization(&mut self, node: &Node) {
        for image in node.get("images").map(Node::elements).unwrap_or_default() {
            let place = format!("{}: images", self.name);
            let Some(name) = image.text("newName").or_else(|| image.text("name")) else { continue };
            if image.get("tagSuffix").is_some() {
                self.unclear(name, place, "`tagSuffix` changes a tag that stands elsewhere");
                continue;
            }
            match (label(image, "newTag"), label(image, "digest")) {
                (Err(reason), _) | (_, Err(reason)) => self.unclear(name, place, &reason),
                // Only the name changes; the tag stands where the resources are.
                (Ok(None), Ok(None)) => self.unclear(name, place, "its tag stands in another file"),
                (Ok(tag), Ok(digest)) => self.parts(name, tag, digest, place),
            }
        }
    }

    /// Values of a chart: every `image`, whatever it is called by.
    fn values(&mut self, node: &Node, path: &str) {
        for element in node.elements() {
            self.values(element, path);
        }
        for (key, value) in node.entries() {
            let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            if **key != *"image" {
                self.values(value, &path);
                continue;
            }
            let place = format!("{}: {path}", self.name);
            match &**value {
                Node::Text(image) => self.reference(image, place, State::Live),
                Node::Map(..) => self.image_table(value, place),
                Node::Plain(_) | Node::List(..) => {}
            }
        }
    }

    /// `image: {registry, repository, tag, digest}`.
    fn image_table(&mut self, node: &Node, place: String) {
        let (tag, digest) = (label(node, "tag"), label(node, "digest"));
        let Some(repository) = node.text("repository").or_else(|| node.text("name")) else {
            if matches!(tag, Ok(None)) && matches!(digest, Ok(None)) {
                return;
            }
            self.unclear("an image", place, "it has a tag but no `repository`");
            return;
        };
        let registry = node.text("registry").filter(|registry| !registry.is_empty());
        let name = match registry {
            Some(registry) => format!("{registry}/{repository}"),
            None => repository.to_owned(),
        };
        match (tag, digest) {
            (Err(reason), _) | (_, Err(reason)) => self.unclear(&name, place, &reason),
            (Ok(None), Ok(None)) if Image::parse(&name).is_some_and(|image| !image.is_exact()) => {
                self.unclear(&name, place, "it has no `tag`: the chart's own version decides");
            }
            (Ok(tag), Ok(digest)) => self.parts(&name, tag, digest, place),
        }
    }

    fn parts(&mut self, name: &str, tag: Option<&str>, digest: Option<&str>, place: String) {
        let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
        self.reference(&format!("{name}{tag}{digest}"), place, State::Live);
    }

    fn reference(&mut self, written: &str, place: String, state: State) {
        let image = Image::parse(written).ok_or_else(|| "it is not the name of an image".to_owned());
        self.found.push(Sighting { written: written.to_owned(), place, image, state });
    }

    /// An image of which the name is known at most.
    fn unclear(&mut self, name: &str, place: String, reason: &str) {
        let written = name.to_owned();
        self.found.push(Sighting { written, place, image: Err(reason.to_owned()), state: State::Live });
    }
}

/// A tag or a digest; `None` where there is none.
fn label<'n>(node: &'n Node, key: &str) -> Result<Option<&'n str>, String> {
    match node.get(key) {
        None => Ok(None),
        Some(Node::Text(text)) => Ok(Some(&**text).filter(|text| !text.is_empty())),
        Some(Node::Plain(text)) if matches!(&**text, "" | "~" | "null" | "Null" | "NULL") => Ok(None),
        // Small whole numbers come out as they are written; with others it depends on who reads them.
        Some(Node::Plain(text)) if is_small(text) => Ok(Some(text)),
        Some(Node::Plain(text)) => {
            Err(format!("its `{key}` {text} is a number or a boolean: put it in quotes"))
        }
        Some(Node::List(..) | Node::Map(..)) => Err(format!("its `{key}` is no text")),
    }
}

fn is_small(text: &str) -> bool {
    text.len() <= 6
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}

/// Whether an object runs, as far as its wishes and its status tell.
fn state_of(node: &Node, kind: &str) -> State {
    let spec = |key: &str| node.number(&["spec", key]);
    let status = |key: &str| node.number(&["status", key]);
    let suspended = matches!(node.at(&["spec", "suspend"]), Some(Node::Plain(text)) if **text == *"true");
    let phase = node.get("status").and_then(|status| status.text("phase"));
    if kind == "Pod" && matches!(phase, Some("Succeeded" | "Failed")) {
        return State::Retired;
    }
    if spec("replicas") == Some(0) || suspended {
        return if kind == "ReplicaSet" { State::Retired } else { State::Stopped };
    }
    if node.get("status").is_none() {
        return State::Live;
    }
    let generation = node.number(&["metadata", "generation"]).unwrap_or(0);
    let is_stale = status("observedGeneration").is_some_and(|observed| observed < generation);
    let is_rolling = match kind {
        "Deployment" | "StatefulSet" | "Rollout" => {
            let wanted = spec("replicas").or_else(|| status("replicas")).unwrap_or(1);
            let updated = status("updatedReplicas").unwrap_or(0);
            updated < wanted || status("replicas").is_some_and(|all| all > updated)
        }
        "DaemonSet" => {
            let wanted = status("desiredNumberScheduled").unwrap_or(0);
            status("updatedNumberScheduled").unwrap_or(0) < wanted
        }
        _ => false,
    };
    if is_stale || is_rolling { State::Rolling } else { State::Live }
}
