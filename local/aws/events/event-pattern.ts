import { TemplateError } from "../template";

export type PatternFilter = (value: unknown) => boolean;

/**
 * Parses the pattern of an EventBridge rule or an event source mapping. Of an array, one element has to match. Throws TemplateError for
 * unsupported operators.
 * @param where names the pattern's owner in the message
 */
export function eventPattern(pattern: unknown, where: string): PatternFilter {
  if (typeof pattern !== "object" || pattern === null) throw new TemplateError(`${where} has a filter pattern that is no JSON object.`);
  if (Array.isArray(pattern)) {
    const alternatives = pattern.map((each) => alternative(each, where));
    return (value) => toElements(value).some((element) => alternatives.some((matches) => matches(element)));
  }
  const members = Object.entries(pattern).map(([key, member]) => {
    if (key.startsWith("$")) throw new TemplateError(`${where} filters with ${key}, which cannot be served locally.`);
    return [key, eventPattern(member, where)] as const;
  });
  return (value) => toElements(value).some((element) => members.every(([key, matches]) => matches(getMember(element, key))));
}

/** An empty array counts as an absent value. */
function toElements(value: unknown): readonly unknown[] {
  return Array.isArray(value) && value.length > 0 ? value : [Array.isArray(value) ? undefined : value];
}

function getMember(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function alternative(pattern: unknown, where: string): PatternFilter {
  if (typeof pattern !== "object" || pattern === null) return (value) => value === pattern;
  const [operator, operand] = Object.entries(pattern)[0] ?? [];
  switch (operator) {
    case "prefix":
      return startsOrEnds("startsWith", operand, where);
    case "suffix":
      return startsOrEnds("endsWith", operand, where);
    case "exists":
      return (value) => (value !== undefined) === operand;
    case "numeric":
      return numeric(operand, where);
    case "anything-but": {
      const refusedFilters = [operand].flat().map((each) => alternative(each, where));
      return (value) => value !== undefined && !refusedFilters.some((matches) => matches(value));
    }
    default:
      throw new TemplateError(`${where} filters with ${operator}, which cannot be served locally.`);
  }
}

function startsOrEnds(method: "startsWith" | "endsWith", operand: unknown, where: string): PatternFilter {
  const texts = [operand].flat();
  if (!texts.every((text) => typeof text === "string")) throw new TemplateError(`${where} filters for a part that is no text.`);
  return (value) => typeof value === "string" && texts.some((text) => value[method](text));
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** @param operand `[">", 0, "<=", 5]`: all comparisons must hold */
function numeric(operand: unknown, where: string): PatternFilter {
  const words: readonly unknown[] = Array.isArray(operand) ? operand : [];
  const bounds: ((value: number) => boolean)[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const holds = comparisons[String(words[index])];
    const limit = words[index + 1];
    if (holds === undefined || typeof limit !== "number")
      throw new TemplateError(`${where} filters with a comparison that cannot be read.`);
    bounds.push((value) => holds(value, limit));
  }
  return (value) => typeof value === "number" && bounds.every((holds) => holds(value));
}
