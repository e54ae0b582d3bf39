//! `graph`: what depends on what, all of it or around one node.

use super::{OpError, evaluate};
use crate::graph::{self, Node, Selection};
use crate::model::{EnvironmentId, FlagId, ReleaseId, SegmentId, ServiceId, Workspace};
use crate::workspace::nearest;

/// What to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct GraphOptions<'o> {
    /// The node it is about: a name, or `flag:NAME`, `segment:NAME`, `service:NAME`, `release:NAME`.
    pub focus: Option<&'o str>,
    /// The environment; what is written for any of them where none is named.
    pub environment: Option<&'o str>,
}

/// What is shown, and where.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The nodes and the edges.
    pub selection: Selection,
    /// The environment that was asked for.
    pub environment: Option<EnvironmentId>,
}

/// Selects what is to be shown of a workspace.
///
/// # Errors
/// An environment that does not exist; a focus that does not, or that means more than one thing.
pub fn graph(workspace: &Workspace, options: GraphOptions<'_>) -> Result<Shown, OpError> {
    let environment = options.environment.map(|name| evaluate::environment(workspace, name)).transpose()?;
    let focus = options.focus.map(|name| find(workspace, name)).transpose()?;
    let graph = graph::whole(workspace, environment);
    Ok(Shown { selection: graph::select(&graph, focus), environment })
}

/// The node that a focus means.
fn find(workspace: &Workspace, written: &str) -> Result<Node, OpError> {
    let (wanted, name) = match written.split_once(':') {
        Some((wanted, name)) if TYPES.contains(&wanted) => (Some(wanted), name),
        _ => (None, written),
    };
    let named: Vec<Node> = nodes(workspace)
        .filter(|node| wanted.is_none_or(|wanted| node.type_name() == wanted))
        .filter(|node| graph::name(workspace, *node) == name)
        .collect();
    match named.as_slice() {
        [node] => Ok(*node),
        [] => {
            let meant =
                || nodes(workspace).filter(|node| wanted.is_none_or(|wanted| node.type_name() == wanted));
            Err(OpError::UnknownTarget {
                kinds: TYPES.into_iter().filter(|kind| wanted.is_none_or(|wanted| *kind == wanted)).collect(),
                name: name.to_owned(),
                nearest: nearest(name, meant().map(|node| graph::name(workspace, node))).map(str::to_owned),
            })
        }
        several => Err(OpError::AmbiguousTarget {
            kinds: several.iter().map(|node| node.type_name()).collect(),
            name: name.to_owned(),
        }),
    }
}

/// What may stand before the colon.
const TYPES: [&str; 4] = ["flag", "segment", "service", "release"];

fn nodes(workspace: &Workspace) -> impl Iterator<Item = Node> {
    let flags = (0..).map(FlagId).map(Node::Flag).take(workspace.flags.len());
    let segments = (0..).map(SegmentId).map(Node::Segment).take(workspace.segments.len());
    let services = (0..).map(ServiceId).map(Node::Service).take(workspace.services.len());
    let releases = (0..).map(ReleaseId).map(Node::Release).take(workspace.releases.len());
    flags.chain(segments).chain(services).chain(releases)
}
