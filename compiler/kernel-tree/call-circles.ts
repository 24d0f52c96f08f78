/**
 * For each node those that it leads to and that lead back to it, itself included (Tarjan's strongly connected
 * components). Nodes of one circle share one array.
 */
export function callCircles<Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => Iterable<Node>,
): ReadonlyMap<Node, readonly Node[]> {
  const found = new Map<Node, readonly Node[]>();
  const index = new Map<Node, number>();
  const open: Node[] = [];
  const visit = (node: Node): number => {
    const own = index.size;
    index.set(node, own);
    open.push(node);
    let lowest = own;
    for (const callee of next(node)) {
      if (!found.has(callee)) lowest = Math.min(lowest, index.get(callee) ?? visit(callee));
    }
    if (lowest === own) {
      const circle = open.splice(open.indexOf(node));
      for (const member of circle) found.set(member, circle);
    }
    return lowest;
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return found;
}
