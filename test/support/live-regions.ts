import { type Element, listElements, parsePage, readAttribute, readText } from "./parsed-page";

const isLive = (element: Element) =>
  ["status", "alert", "log"].includes(readAttribute(element, "role") ?? "") || readAttribute(element, "aria-live") !== undefined;

/** Text that Orca does not read as the page loads: it stands directly in a live region. */
export function listMuteTexts(html: string): readonly string[] {
  if (!/ (role="(status|alert|log)"|aria-live=)/.test(html)) return [];
  const regions = listElements(parsePage(html)).filter(isLive);
  return regions.flatMap((region) =>
    region.childNodes
      .filter((node) => "value" in node && node.value.trim() !== "")
      .map((node) => `${readText(node)} in ${readText(region)}`),
  );
}
