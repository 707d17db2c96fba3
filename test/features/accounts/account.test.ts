import { dropRenewalLink, readAccount, shownToSponsor, UnreadableAccountError } from "../../../features/accounts/account";
import { iso, row } from "./accounts";

it.each([
  ["reference", "k7qd9mxd"],
  ["email", ""],
  ["state", "out"],
  ["until", "soon"],
  ["untill", "2026-12-01"],
  ["validUntil", "2026-12-01"],
  ["Sponsor", "lee@contoso.com"],
])("an account's row is refused if its column %s is unreadable", (column, value) => {
  let refusal: unknown;
  try {
    readAccount({ ...row, [column]: value });
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(UnreadableAccountError);
  expect(String(refusal)).toBe(
    `UnreadableAccountError: The row of the account ${row.id} cannot be read: its column "${column}" in the table of accounts.`,
  );
  expect(refusal).toMatchObject({ id: row.id, column });
});

it("an account shows its sponsor the facts for a renewal, and shows others everything but the renewal link", () => {
  const full = { ...row, gate: "partners", sponsor: "lee@contoso.com", sponsorLost: "left", renew: "approvers" } as const;
  const { email, reference, letInAt, state, until } = row;
  const { gate, sponsor, sponsorLost, renew } = full;
  expect(shownToSponsor(full)).toEqual({ email, reference, gate, letInAt, sponsor, sponsorLost, state, until, renew });
  expect(dropRenewalLink({ ...full, renewalLink: { hash: "0".repeat(64), until: iso(180) } })).toEqual(full);
});
