/** Return what scrolls an element, looking upwards through shadow roots; the page itself if nothing else does. */
export function scrollerOf(element: Element): HTMLElement {
  let node: Node | null = element;
  while (node !== null) {
    if (node instanceof HTMLElement && /auto|scroll/.test(getComputedStyle(node).overflowY)) return node;
    node = (node as Element).assignedSlot ?? (node instanceof ShadowRoot ? node.host : node.parentNode);
  }
  return document.documentElement;
}
