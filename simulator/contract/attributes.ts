import { isBuiltInAttribute } from "../../engine/protocols/attributes";

const attributeTypes = ["string", "boolean", "integer"] as const;
export type AttributeType = (typeof attributeTypes)[number];

export interface Attribute {
  /** The attribute's name. For a custom attribute it is the short name: `extension_PartnerNumber`. */
  readonly name: string;
  readonly type: AttributeType;
}

/** A claim's value. Only tokens contain lists of strings. */
export type ClaimValue = string | boolean | number | readonly string[];
export type Values = Readonly<Record<string, ClaimValue>>;

/** The made-up id of the tenant's app "aad-extensions-app". The long name of a custom attribute contains this id. */
const EXTENSION_APP_ID = "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
const customName = /^extension_(?:[0-9a-f]{32}_)?([A-Za-z0-9_]+)$/i;

/** Shortens both spellings of a custom attribute to `extension_PartnerNumber`. Returns other names unchanged. */
export function shortName(name: string): string {
  return name.replace(customName, "extension_$1");
}

/** Returns the name that requests contain: for a custom attribute, `extension_<app id>_PartnerNumber`. */
export function longName(name: string): string {
  return name.replace(customName, `extension_${EXTENSION_APP_ID}_$1`);
}

export function isAttributeName(name: string): boolean {
  return isBuiltInAttribute(name) || isCustomAttribute(name);
}

export function isCustomAttribute(name: string): boolean {
  return customName.test(name);
}

/** Parses `city`, `extension_PartnerNumber` or `extension_SeatCount:integer`. Returns undefined if the text is no attribute. */
export function readAttribute(text: string): Attribute | undefined {
  const [name = "", type = "string", ...rest] = text.trim().split(":");
  if (rest.length > 0 || !isAttributeName(name) || !(attributeTypes as readonly string[]).includes(type)) return undefined;
  if (isBuiltInAttribute(name) && type !== "string") return undefined;
  return { name: shortName(name), type: type as AttributeType };
}

export function writeAttribute({ name, type }: Attribute): string {
  return type === "string" ? name : `${name}:${type}`;
}
