import * as v from "valibot";
import {
  daysBetween,
  daysOrNeverBetween,
  replaceDays,
  replaceMs,
  timeBetween,
  timeoutBetween,
} from "../../../engine/sign-up/duration-options";

// Made in each test: what a module makes as it loads, a change of the code would not reach.
const days = () => daysBetween("answerWithin", 1, 30);
const daysOrNever = () => daysOrNeverBetween("askAgainAfter", 1, 30);
const timeout = () => timeoutBetween("timeout", "500ms", "120s");
const window = () => timeBetween("1m", "31d", () => "per is none");

it.each([
  { schema: days, given: "1d", says: undefined },
  { schema: days, given: "30d", says: undefined },
  { schema: days, given: "0d", says: 'answerWithin is "0d"; it must be whole days from "1d" to "30d".' },
  { schema: days, given: "31d", says: 'answerWithin is "31d"; it must be whole days from "1d" to "30d".' },
  { schema: days, given: "48h", says: 'answerWithin is "48h"; it must be whole days from "1d" to "30d".' },
  { schema: days, given: "1.5d", says: 'answerWithin is "1.5d"; it must be whole days from "1d" to "30d".' },
  { schema: days, given: "x14d", says: 'answerWithin is "x14d"; it must be whole days from "1d" to "30d".' },
  { schema: days, given: ["14d"], says: 'answerWithin is ["14d"]; it must be whole days from "1d" to "30d".' },
  { schema: days, given: "never", says: 'answerWithin is "never"; it must be whole days from "1d" to "30d".' },
  { schema: daysOrNever, given: "never", says: undefined },
  { schema: daysOrNever, given: "30d", says: undefined },
  { schema: daysOrNever, given: "31d", says: 'askAgainAfter is "31d"; it must be "never", or whole days from "1d" to "30d".' },
  { schema: timeout, given: "500ms", says: undefined },
  { schema: timeout, given: "120s", says: undefined },
  { schema: timeout, given: "499ms", says: 'timeout is "499ms"; it must be a time from "500ms" to "120s", like "1.5s".' },
  { schema: timeout, given: "121s", says: 'timeout is "121s"; it must be a time from "500ms" to "120s", like "1.5s".' },
  { schema: timeout, given: "1m", says: 'timeout is "1m"; it must be a time from "500ms" to "120s", like "1.5s".' },
  { schema: timeout, given: 4_000, says: 'timeout is 4000; it must be a time from "500ms" to "120s", like "1.5s".' },
  { schema: timeout, given: ["4s"], says: 'timeout is ["4s"]; it must be a time from "500ms" to "120s", like "1.5s".' },
  { schema: window, given: "1m", says: undefined },
  { schema: window, given: "31d", says: undefined },
  { schema: window, given: "59s", says: "per is none" },
  { schema: window, given: "32d", says: "per is none" },
  { schema: window, given: 60, says: "per is none" },
])("the error for the duration $given is $says", ({ schema, given, says }) =>
  expect(v.safeParse(schema(), given).issues?.[0].message).toBe(says),
);

const inDays = () => replaceDays("days", "lasts", "14d");
const inMs = () => replaceMs("timeoutMs", "timeout", "2s");

it.each([
  { words: inDays, option: "days", given: 180, says: 'lasts: "180d"' },
  { words: inDays, option: "days", given: "never", says: 'lasts: "never"' },
  { words: inDays, option: "days", given: "two weeks", says: 'lasts: "14d"' },
  { words: inDays, option: "days", given: 1.5, says: 'lasts: "14d"' },
  { words: inDays, option: "lasts", given: 180, says: 'lasts: "180d"' },
  { words: inDays, option: "lasts", given: "180d", says: undefined },
  { words: inMs, option: "timeoutMs", given: 2_500, says: 'timeout: "2.5s"' },
  { words: inMs, option: "timeoutMs", given: 100, says: 'timeout: "100ms"' },
  { words: inMs, option: "timeoutMs", given: 99, says: 'timeout: "99s"' },
  { words: inMs, option: "timeoutMs", given: 0, says: 'timeout: "2s"' },
  { words: inMs, option: "timeoutMs", given: "5", says: 'timeout: "2s"' },
  { words: inMs, option: "timeout", given: 4, says: 'timeout: "4s"' },
  { words: inMs, option: "timeout", given: "4", says: undefined },
])("the error for the option $option with $given suggests $says", ({ words, option, given, says }) =>
  expect(words()[option]?.(given)).toBe(says),
);
