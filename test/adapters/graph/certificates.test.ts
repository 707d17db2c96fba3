import { readFileSync } from "node:fs";
import { join } from "node:path";
import { countDaysLeft, credentialCertificateEnd } from "../../../adapters/graph/certificates";
import { type ConnectorCertificate, connectorCertificateEnd } from "../../../features/entra/client/api-connectors";
import { packageRoot } from "../../../lib/app-root";

const day = (date: string) => Date.parse(`${date}T12:00:00Z`) / 1_000;
const certificate = (notAfter: number | string, isActive = false): ConnectorCertificate => ({
  thumbprint: "AB",
  notBefore: 0,
  notAfter,
  isActive,
});
const pem = readFileSync(join(packageRoot, "test/fixtures/graph/certificate.pem"), "utf8");

it.each([
  { of: "a password", list: undefined, ends: undefined },
  { of: "no certificate", list: [], ends: undefined },
  { of: "one", list: [certificate(day("2027-01-01"))], ends: "2027-01-01T12:00:00.000Z" },
  { of: "one whose end is a date", list: [certificate("2027-01-01T12:00:00Z")], ends: "2027-01-01T12:00:00.000Z" },
  {
    of: "several, by the active one",
    list: [certificate(day("2027-01-01"), true), certificate(day("2028-01-01"))],
    ends: "2027-01-01T12:00:00.000Z",
  },
  {
    of: "several without an active one, by the last",
    list: [certificate(day("2025-01-01")), certificate(day("2026-01-01"))],
    ends: "2026-01-01T12:00:00.000Z",
  },
  { of: "one that cannot be read", list: [certificate("soon")], ends: undefined },
])("the expiry of the credential that a connector presents is reported: $of", ({ list, ends }) => {
  const authenticationConfiguration = list && { certificateList: list };
  const connector = {
    id: "1",
    displayName: "C",
    targetUrl: "https://a.example",
    ...(authenticationConfiguration && { authenticationConfiguration }),
  };
  expect(connectorCertificateEnd(connector)?.toISOString()).toBe(ends);
});

it.each([
  { of: "a secret", credential: { clientSecret: "s" }, ends: undefined },
  { of: "a certificate", credential: { certificate: pem, privateKey: "KEY" }, ends: expect.any(Date) },
  { of: "what is no certificate", credential: { certificate: "PEM", privateKey: "KEY" }, ends: undefined },
])("the expiry of an application's sign-in credential is reported: $of", ({ credential, ends }) => {
  expect(credentialCertificateEnd(JSON.stringify(credential))).toEqual(ends);
});

it("the time to the expiry is counted in whole days", () => {
  const now = new Date("2026-11-20T12:00:00Z");
  expect(["2026-11-21T11:59:59Z", "2026-11-21T12:00:00Z", "2026-11-20T11:00:00Z"].map((end) => countDaysLeft(new Date(end), now))).toEqual([
    0, 1, -1,
  ]);
});
