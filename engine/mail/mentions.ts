import { keepGiven } from "../json";

// A mail that waits holds its event, which can name others than the person whom it is about: a sponsor, an approver, a colleague.

/** In place of the name of somebody who was erased. */
const ERASED = "erased";

/** True if a text is an address of somebody. */
export type IsTheirs = (text: string) => boolean;

const isTheirText = (value: unknown, isTheirs: IsTheirs) => typeof value === "string" && isTheirs(value);

/** True for an object that says who somebody is: a colleague's name, id and address. */
function isAccount(value: object, isTheirs: IsTheirs): boolean {
  const { name, address, email } = value as Readonly<Record<string, unknown>>;
  return [name, address, email].some((each) => isTheirText(each, isTheirs));
}

/** Returns the part of a value that names somebody; undefined if nothing in it does. */
export function selectMentions(value: unknown, isTheirs: IsTheirs): unknown {
  if (typeof value !== "object" || value === null) return isTheirText(value, isTheirs) ? value : undefined;
  if (Array.isArray(value)) {
    const own = value.map((each) => selectMentions(each, isTheirs)).filter((each) => each !== undefined);
    return own.length === 0 ? undefined : own;
  }
  if (isAccount(value, isTheirs)) return value;
  const own = keepGiven(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, selectMentions(each, isTheirs)])));
  return Object.keys(own).length === 0 ? undefined : own;
}

/** Returns a value without somebody. Their name is replaced, because texts of mails quote it. */
export function omitMentions(value: unknown, isTheirs: IsTheirs): unknown {
  if (typeof value !== "object" || value === null) return isTheirText(value, isTheirs) ? undefined : value;
  if (Array.isArray(value)) return value.map((each) => omitMentions(each, isTheirs)).filter((each) => each !== undefined);
  if (isAccount(value, isTheirs)) return { name: ERASED };
  return keepGiven(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, omitMentions(each, isTheirs)])));
}
