import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
export type Element = DefaultTreeAdapterTypes.Element;

/** All elements within a node, in the page's order. */
export function listElements(root: Node): readonly Element[] {
  const children = "childNodes" in root ? root.childNodes : [];
  return children.flatMap((child) => ("tagName" in child ? [child, ...listElements(child)] : []));
}

export function parsePage(html: string): Node {
  return parse(html);
}

export function readAttribute({ attrs }: Element, name: string): string | undefined {
  return attrs.find((each) => each.name === name)?.value;
}

/** A node's text, on one line. */
export function readText(node: Node): string {
  const raw = (each: Node): string => ("value" in each ? each.value : "childNodes" in each ? each.childNodes.map(raw).join("") : "");
  return raw(node).replace(/\s+/g, " ").trim();
}

/** The elements with these attributes. @param tag undefined for any */
export function findElements(
  root: Node,
  tag: string | undefined,
  attributes: Readonly<Record<string, string | undefined>> = {},
): readonly Element[] {
  return listElements(root).filter(
    (element) =>
      (tag === undefined || element.tagName === tag) &&
      Object.entries(attributes).every(([name, value]) => readAttribute(element, name) === value),
  );
}

/** The fields that a person fills in, by their labels, with what stands in them. */
export function readFields(root: Node): Readonly<Record<string, string>> {
  const elements = listElements(root);
  const fields = elements.filter(({ tagName }) => ["input", "select", "textarea"].includes(tagName));
  const typed = fields.filter((field) => readAttribute(field, "type") !== "hidden");
  return Object.fromEntries(
    typed.map((field) => {
      const id = readAttribute(field, "id");
      const label = elements.find(
        (each) =>
          each.tagName === "label" && (listElements(each).includes(field) || (id !== undefined && readAttribute(each, "for") === id)),
      );
      const value = field.tagName === "textarea" ? readText(field) : (readAttribute(field, "value") ?? "");
      return [label === undefined ? (readAttribute(field, "aria-label") ?? "") : readText(label), value];
    }),
  );
}

/** The texts of buttons, with those of links that look like one. */
export function readButtons(root: Node): readonly string[] {
  const isButton = (each: Element) =>
    each.tagName === "button" || (each.tagName === "a" && (readAttribute(each, "class") ?? "").split(" ").includes("button"));
  return listElements(root).filter(isButton).map(readText);
}

/** What stands beside each name of a list of facts. */
export function readFacts(root: Node): Readonly<Record<string, string>> {
  const parts = listElements(root).filter(({ tagName }) => tagName === "dt" || tagName === "dd");
  return Object.fromEntries(
    parts.flatMap((part, at) => (part.tagName === "dt" ? [[readText(part), readText(parts[at + 1] ?? part)]] : [])),
  );
}

/** The cells of each row of a table's body. */
export function readRows(root: Node): readonly (readonly string[])[] {
  const rows = findElements(root, "tbody").flatMap((body) => findElements(body, "tr"));
  return rows.map((row) =>
    listElements(row)
      .filter(({ tagName }) => tagName === "th" || tagName === "td")
      .map(readText),
  );
}
