import { type Element, listElements, parsePage, readAttribute, readText } from "./parsed-page";

const isLive = (element: Element) =>
  ["status", "alert", "log"].includes(readAttribute(element, "role") ?? "") || readAttribute(element, "aria-live") !== undefined;

/** Elements without an accessible object of their own: their text is that of the element around. */
const inline = new Set(["b", "bdi", "code", "em", "span", "strong", "small", "time"]);
/** Elements that lay others out and say nothing themselves. */
const layout = new Set(["div", "form", "section"]);

/** The texts whose nearest element of its own is the region, or one that only lays out. */
function listLoose(node: Element): readonly string[] {
  return node.childNodes.flatMap((child): readonly string[] => {
    if ("value" in child) return child.value.trim() === "" ? [] : [child.value];
    if (!("tagName" in child)) return [];
    const { tagName } = child;
    return inline.has(tagName) || layout.has(tagName) ? listLoose(child) : [];
  });
}

/** Text that Orca does not read as the page loads: no paragraph, item or link of a live region holds it. */
export function listMuteTexts(html: string): readonly string[] {
  if (!/ (role="(status|alert|log)"|aria-live=)/.test(html)) return [];
  const regions = listElements(parsePage(html)).filter(isLive);
  return regions.flatMap((region) => listLoose(region).map((text) => `${text} in ${readText(region)}`));
}
