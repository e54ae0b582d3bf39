//! What depends on what: one typed graph of flags, segments, services and releases, each edge with the place where it
//! is written. A question that is about some of them alone asks a view: the same graph with those nodes and edges.

mod calls;
mod cycle;
mod impact;
mod select;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::model::{
    Condition, EnvironmentId, Flag, FlagId, ReleaseId, Rule, SegmentId, ServiceId, Workspace,
};
use crate::source::{FileId, Place, Span};

pub use calls::call_order;
pub use cycle::{Cycle, order};
pub use impact::{Direction, reach};
pub use select::{Link, Selected, Selection, select};

/// What depends on others, or others depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A flag.
    Flag(FlagId),
    /// A segment.
    Segment(SegmentId),
    /// A service.
    Service(ServiceId),
    /// A release.
    Release(ReleaseId),
}

impl Node {
    /// Its type in a word.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Flag(_) => "flag",
            Self::Segment(_) => "segment",
            Self::Service(_) => "service",
            Self::Release(_) => "release",
        }
    }
}

/// What one node has to do with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A flag requires a flag.
    Requires,
    /// A flag or a segment asks whether a user belongs to a segment.
    UsesSegment,
    /// A service evaluates a flag.
    Evaluates,
    /// A service calls a service.
    Calls,
    /// A release holds a flag together with others.
    Groups,
}

impl EdgeKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 5] =
        [Self::Requires, Self::UsesSegment, Self::Evaluates, Self::Calls, Self::Groups];

    /// Its name for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requires => "requires",
            Self::UsesSegment => "uses-segment",
            Self::Evaluates => "evaluates",
            Self::Calls => "calls",
            Self::Groups => "groups",
        }
    }

    /// What stands between the one and the other in a sentence.
    pub fn verb(self) -> &'static str {
        match self {
            Self::UsesSegment => "uses",
            Self::Requires | Self::Evaluates | Self::Calls | Self::Groups => self.as_str(),
        }
    }
}

/// An edge: it leads from what depends to what that depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// What the one has to do with the other.
    pub kind: EdgeKind,
    /// Where that is written.
    pub place: Place,
}

/// Nodes and the edges between them. Names that nothing defines are left out: rules speak of them.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    inner: DiGraph<Node, Edge>,
    /// Where the nodes of a type begin.
    starts: Starts,
}

#[derive(Clone, Copy, Debug, Default)]
struct Starts {
    flags: usize,
    segments: usize,
    services: usize,
    releases: usize,
}

/// Everything. In an environment, only what counts there: its rules, and nothing of what a killed flag reads.
pub fn whole(workspace: &Workspace, environment: Option<EnvironmentId>) -> Graph {
    let mut graph = Graph::default();
    graph.add_flags(workspace);
    graph.add_segments(workspace);
    graph.add_services(workspace);
    graph.add_releases(workspace);
    graph.add_requirements(workspace, |flag| environment.is_none_or(|at| !flag.killed_in(at)));
    graph.add_segments_of_flags(workspace, environment);
    graph.add_segment_uses(workspace);
    graph.add_evaluations(workspace);
    graph.add_calls(workspace);
    graph.add_groups(workspace);
    graph
}

/// The flags, and which of them require which.
pub fn requirements(workspace: &Workspace) -> Graph {
    let mut graph = Graph::default();
    graph.add_flags(workspace);
    graph.add_requirements(workspace, |_| true);
    graph
}

/// The segments, and which of them use which.
pub fn segment_uses(workspace: &Workspace) -> Graph {
    let mut graph = Graph::default();
    graph.add_segments(workspace);
    graph.add_segment_uses(workspace);
    graph
}

/// The services, and which of them call which.
pub fn calls(workspace: &Workspace) -> Graph {
    let mut graph = Graph::default();
    graph.add_services(workspace);
    graph.add_calls(workspace);
    graph
}

/// The segments a condition names, and where.
pub fn segments_in(condition: &Condition) -> Vec<(SegmentId, Span)> {
    let mut segments = Vec::new();
    condition.for_each_leaf(&mut |leaf| {
        if let Condition::Segment(segment) = leaf {
            segments.push((segment.value, segment.span));
        }
    });
    segments
}

/// The name of a node: the stem of its file.
pub fn name(workspace: &Workspace, node: Node) -> &str {
    match node {
        Node::Flag(id) => &workspace.flag(id).key,
        Node::Segment(id) => &workspace.segment(id).name,
        Node::Service(id) => &workspace.service(id).name,
        Node::Release(id) => &workspace.release(id).name,
    }
}

/// The file that defines a node.
pub fn file(workspace: &Workspace, node: Node) -> FileId {
    match node {
        Node::Flag(id) => workspace.flag(id).file,
        Node::Segment(id) => workspace.segment(id).file,
        Node::Service(id) => workspace.service(id).file,
        Node::Release(id) => workspace.release(id).file,
    }
}

impl Graph {
    /// All nodes: flags, segments, services, releases, each by name.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        self.inner.node_weights().copied()
    }

    /// All edges with their ends, sorted.
    pub fn edges(&self) -> Vec<(Node, Node, Edge)> {
        let ends = |index| self.inner[index];
        let mut edges: Vec<(Node, Node, Edge)> = self
            .inner
            .edge_references()
            .map(|edge| (ends(edge.source()), ends(edge.target()), *edge.weight()))
            .collect();
        edges.sort_unstable();
        edges
    }

    fn add_flags(&mut self, workspace: &Workspace) {
        self.starts.flags = self.add_nodes(workspace.flags.len(), |id| Node::Flag(FlagId(id)));
    }

    fn add_segments(&mut self, workspace: &Workspace) {
        self.starts.segments = self.add_nodes(workspace.segments.len(), |id| Node::Segment(SegmentId(id)));
    }

    fn add_services(&mut self, workspace: &Workspace) {
        self.starts.services = self.add_nodes(workspace.services.len(), |id| Node::Service(ServiceId(id)));
    }

    fn add_releases(&mut self, workspace: &Workspace) {
        self.starts.releases = self.add_nodes(workspace.releases.len(), |id| Node::Release(ReleaseId(id)));
    }

    /// Adds the nodes of one type; the index of the first.
    fn add_nodes(&mut self, count: usize, node: impl Fn(u32) -> Node) -> usize {
        let start = self.inner.node_count();
        self.inner.reserve_exact_nodes(count);
        for id in 0..u32::try_from(count).unwrap_or(u32::MAX) {
            self.inner.add_node(node(id));
        }
        start
    }

    fn add_requirements(&mut self, workspace: &Workspace, counts: impl Fn(&Flag) -> bool) {
        for (id, flag) in (0..).map(FlagId).zip(&workspace.flags).filter(|(_, flag)| counts(flag)) {
            for requirement in &flag.requires {
                if let Some(required) = workspace.flag_id(&requirement.flag.value) {
                    let edge = edge(EdgeKind::Requires, flag.file, requirement.flag.span);
                    self.add_edge(Node::Flag(id), Node::Flag(required), edge);
                }
            }
        }
    }

    fn add_segment_uses(&mut self, workspace: &Workspace) {
        for (id, segment) in (0..).map(SegmentId).zip(&workspace.segments) {
            for (used, span) in segment.condition.iter().flat_map(segments_in) {
                let edge = edge(EdgeKind::UsesSegment, segment.file, span);
                self.add_edge(Node::Segment(id), Node::Segment(used), edge);
            }
        }
    }

    fn add_segments_of_flags(&mut self, workspace: &Workspace, environment: Option<EnvironmentId>) {
        for (id, flag) in (0..).map(FlagId).zip(&workspace.flags) {
            for condition in rules(flag, environment).filter_map(|rule| rule.condition.as_ref()) {
                for (used, span) in segments_in(condition) {
                    let edge = edge(EdgeKind::UsesSegment, flag.file, span);
                    self.add_edge(Node::Flag(id), Node::Segment(used), edge);
                }
            }
        }
    }

    fn add_evaluations(&mut self, workspace: &Workspace) {
        for (id, flag) in (0..).map(FlagId).zip(&workspace.flags) {
            for support in &flag.services {
                if let Some(service) = workspace.service_id(&support.service.value) {
                    let edge = edge(EdgeKind::Evaluates, flag.file, support.service.span);
                    self.add_edge(Node::Service(service), Node::Flag(id), edge);
                }
            }
        }
    }

    fn add_groups(&mut self, workspace: &Workspace) {
        for (id, release) in (0..).map(ReleaseId).zip(&workspace.releases) {
            for named in &release.flags {
                if let Some(flag) = workspace.flag_id(&named.value) {
                    let edge = edge(EdgeKind::Groups, release.file, named.span);
                    self.add_edge(Node::Release(id), Node::Flag(flag), edge);
                }
            }
        }
    }

    fn add_calls(&mut self, workspace: &Workspace) {
        for (id, service) in (0..).map(ServiceId).zip(&workspace.services) {
            for called in &service.calls {
                if let Some(callee) = workspace.service_id(&called.value) {
                    let edge = edge(EdgeKind::Calls, service.file, called.span);
                    self.add_edge(Node::Service(id), Node::Service(callee), edge);
                }
            }
        }
    }

    fn add_edge(&mut self, from: Node, to: Node, edge: Edge) {
        self.inner.add_edge(self.index(from), self.index(to), edge);
    }

    /// The index of a node that this graph holds.
    fn index(&self, node: Node) -> NodeIndex {
        let (start, id) = match node {
            Node::Flag(FlagId(id)) => (self.starts.flags, id),
            Node::Segment(SegmentId(id)) => (self.starts.segments, id),
            Node::Service(ServiceId(id)) => (self.starts.services, id),
            Node::Release(ReleaseId(id)) => (self.starts.releases, id),
        };
        NodeIndex::new(start + id as usize)
    }
}

fn edge(kind: EdgeKind, file: FileId, span: Span) -> Edge {
    Edge { kind, place: Place { file, span } }
}

/// The rules that are written in a flag, or those that count in an environment.
fn rules(flag: &Flag, environment: Option<EnvironmentId>) -> Box<dyn Iterator<Item = &Rule> + '_> {
    match environment {
        Some(environment) if flag.killed_in(environment) => Box::new(std::iter::empty()),
        Some(environment) => Box::new(flag.rules_in(environment).iter()),
        None => {
            let overrides = flag.environments.iter().filter_map(|over| over.rules.as_ref()).flatten();
            Box::new(flag.behaviour.rules.iter().chain(overrides))
        }
    }
}
