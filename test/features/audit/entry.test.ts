import { invalidMember } from "../../../engine/fields";
import { hashNamedPerson } from "../../../engine/sign-up/account-key";
import { buildPersonId, hashAccount } from "../../../engine/sign-up/person";
import { auditRow, numberText, personBehindChange } from "../../../features/audit/entry";
import { hashOf } from "../../engine/sign-up/people";

const kim = buildPersonId("kim@contoso.com", hashOf);
const lee = buildPersonId("lee@contoso.com", hashOf);
const account = hashAccount([{ issuer: "google.com", issuerAssignedId: "1184" }], hashOf);

it("the text forms of entry numbers sort in order", () => {
  expect([numberText(1), numberText(10 ** 12 - 1)]).toEqual(["000000000001", "999999999999"]);
});

it.each([
  ["an address", " Kim@Contoso.com ", kim],
  ["an account", "issuer:google.com/1184", account],
  ["a provider", "issuer:google.com", undefined],
  ["a domain", "contoso.com", undefined],
  ["a class of domains", "relay", undefined],
  ["everyone", "*", undefined],
  ["nothing that can be read", "kim at contoso", undefined],
  ["nothing", "", undefined],
])("%s names at most one person", (_, typed, expected) => {
  expect(hashNamedPerson(typed, hashOf)).toBe(expected);
  expect(personBehindChange({ subject: typed }, hashOf)).toBe(expected);
});

it.each<[string, Parameters<typeof personBehindChange>[0], string | undefined]>([
  ["the id in the row", { subject: "lee@contoso.com", after: { personId: "p-1", email: "lee@contoso.com" } }, "p-1"],
  ["the id in the row that was", { subject: "lee@contoso.com", before: { personId: "p-1" }, after: { email: "lee@contoso.com" } }, "p-1"],
  ["the newer of two ids", { before: { personId: "p-1" }, after: { personId: "p-2" } }, "p-2"],
  ["the address in the row", { subject: "lee@contoso.com", after: { email: "kim@contoso.com" } }, kim],
  ["the address in the row that was", { subject: "r-1", before: { email: "kim@contoso.com" } }, kim],
  ["the newer of two addresses", { before: { email: "kim@contoso.com" }, after: { email: "lee@contoso.com" } }, lee],
  ["the subject, where the row names nobody", { subject: "kim@contoso.com", before: {}, after: { effect: "allow" } }, kim],
  ["the subject, where an id is no text", { subject: "kim@contoso.com", after: { personId: 7, email: 7 } }, kim],
  ["nobody", { after: { effect: "allow" } }, undefined],
])("a change concerns the person whom it names: %s", (_, details, expected) => expect(personBehindChange(details, hashOf)).toBe(expected));

it.each([
  ["a".repeat(64), undefined],
  ["0123456789abcdef".repeat(4), undefined],
  ["a".repeat(63), "hash"],
  ["a".repeat(65), "hash"],
  ["A".repeat(64), "hash"],
  [`${"a".repeat(63)}g`, "hash"],
])("a valid hash has 64 lower-case hexadecimal digits: %s", (hash, flaw) => {
  const row = {
    trail: "entries",
    number: "000000000001",
    at: "2026-06-15T12:00:00.000Z",
    day: "2026-06-15",
    by: "oid-1",
    via: "console",
    action: "access-list.changed",
    outcome: "done",
    previous: "",
    hash,
  };
  expect(invalidMember(auditRow, row)?.slice(0, 4)).toBe(flaw);
});
