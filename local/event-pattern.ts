import { TemplateError } from "./template";

/** Says whether an event source mapping passes a record on. */
export type Filter = (record: unknown) => boolean;

/**
 * Reads one pattern of an event source mapping's FilterCriteria: literals, `prefix`, `suffix`, `exists` and
 * `anything-but` (a value or a list), on keys at any depth. Throws TemplateError for other operators.
 * @param where the mapping, for the message
 */
export function eventPattern(pattern: unknown, where: string): Filter {
  if (typeof pattern !== "object" || pattern === null) throw new TemplateError(`${where} has a filter pattern that is no JSON object.`);
  if (Array.isArray(pattern)) {
    const alternatives = pattern.map((each) => alternative(each, where));
    return (value) => alternatives.some((matches) => matches(value));
  }
  const members = Object.entries(pattern).map(([key, member]) => {
    if (key.startsWith("$")) throw new TemplateError(`${where} filters with ${key}, which cannot be served locally.`);
    return [key, eventPattern(member, where)] as const;
  });
  return (value) => members.every(([key, matches]) => matches(memberOf(value, key)));
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function alternative(wanted: unknown, where: string): Filter {
  if (typeof wanted !== "object" || wanted === null) return (value) => value === wanted;
  const [operator, operand] = Object.entries(wanted)[0] ?? [];
  switch (operator) {
    case "prefix":
      return (value) => typeof value === "string" && value.startsWith(String(operand));
    case "suffix":
      return (value) => typeof value === "string" && value.endsWith(String(operand));
    case "exists":
      return (value) => (value !== undefined) === operand;
    case "anything-but": {
      const refused: unknown[] = Array.isArray(operand) ? operand : [operand];
      return (value) => value !== undefined && !refused.includes(value);
    }
    default:
      throw new TemplateError(`${where} filters with ${operator}, which cannot be served locally.`);
  }
}
