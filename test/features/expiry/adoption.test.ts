import { type AdoptableAccount, findAdoption } from "../../../features/expiry/adoption";

const at = (text: string) => ({ at: `2026-06-01T${text}.000Z` });
const made = (time: string, is: AdoptableAccount["is"] = "theirs", id = "1"): AdoptableAccount => ({
  id,
  createdDateTime: at(time).at,
  is,
});
const morning = at("08:00:00");
const noon = at("12:00:00");

it.each<{ given: string; found: readonly AdoptableAccount[]; decisions?: readonly { at: string }[]; comes: object }>([
  { given: "one made right after", found: [made("08:00:05")], comes: { kind: "one", account: made("08:00:05"), decision: morning } },
  { given: "one made an hour after", found: [made("09:00:00")], comes: { kind: "one", account: made("09:00:00"), decision: morning } },
  { given: "one made more than an hour after", found: [made("09:00:01")], comes: { kind: "skipped", why: "other-time" } },
  { given: "one made before", found: [made("07:58:59")], comes: { kind: "skipped", why: "other-time" } },
  { given: "none", found: [], comes: { kind: "not-found" } },
  { given: "no decision", found: [made("08:00:05")], decisions: [], comes: { kind: "skipped", why: "other-time" } },
  {
    given: "two decisions, of which the second made it",
    found: [made("12:00:05")],
    decisions: [morning, noon],
    comes: { kind: "one", account: made("12:00:05"), decision: noon },
  },
  {
    given: "two decisions within an hour: the newer",
    found: [made("08:40:00")],
    decisions: [morning, at("08:30:00")],
    comes: { kind: "one", account: made("08:40:00"), decision: at("08:30:00") },
  },
  { given: "two made in time", found: [made("08:00:05"), made("08:00:06", "theirs", "2")], comes: { kind: "ambiguous" } },
  {
    given: "theirs, beside a colleague's made in time",
    found: [made("08:00:05", "colleague"), made("08:00:06", "theirs", "2")],
    comes: { kind: "one", account: made("08:00:06", "theirs", "2"), decision: morning },
  },
  { given: "a colleague's", found: [made("08:00:05", "colleague")], comes: { kind: "skipped", why: "colleague" } },
  { given: "another provider's", found: [made("08:00:05", "other-provider")], comes: { kind: "skipped", why: "other-provider" } },
  { given: "a colleague's made at another time", found: [made("06:00:00", "colleague")], comes: { kind: "skipped", why: "other-time" } },
])("adopts the account of a person who was let in before: $given", ({ found, decisions = [morning], comes }) => {
  expect(findAdoption(found, decisions)).toEqual(comes);
});
