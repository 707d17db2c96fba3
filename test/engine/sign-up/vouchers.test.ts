import { listRecordedVouchers, listVouchers } from "../../../engine/sign-up/issuers";
import { person } from "./people";

const code = (issuerAssignedId: string) => [{ issuer: "mail", issuerAssignedId }];

describe("the providers that vouch for an address", () => {
  it.each([
    { who: "a passcode to it", identities: code("kim@contoso.com"), vouch: ["mail"] },
    { who: "a passcode sent elsewhere", identities: code("eve@stranger.example"), vouch: [] },
    { who: "Google", identities: [{ issuer: "google.com" }], vouch: ["google.com"] },
    { who: "Facebook", identities: [{ issuer: "facebook.com" }], vouch: ["facebook.com"] },
  ])("are found for $who", ({ identities, vouch }) =>
    expect(listVouchers(person({ email: "kim@contoso.com", identities }))).toEqual(vouch),
  );

  it.each([
    { record: { issuers: ["mail"], emailProven: true }, vouch: ["mail"] },
    { record: { issuers: ["mail"], emailProven: false }, vouch: [] },
    { record: { issuers: ["mail", "google.com"], emailProven: false }, vouch: [] },
    { record: { issuers: ["facebook.com"], emailProven: false }, vouch: ["facebook.com"] },
    { record: { issuers: ["google.com"], emailProven: true, emailTyped: true as const }, vouch: [] },
    { record: { issuers: ["mail"] }, vouch: ["mail"] },
    { record: {}, vouch: undefined },
  ])("are read from a decision record $record", ({ record, vouch }) => expect(listRecordedVouchers(record)).toEqual(vouch));
});
