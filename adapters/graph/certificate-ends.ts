import { X509Certificate } from "node:crypto";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import type { ApiConnector, ConnectorCertificate } from "./api-connectors";
import { readCredential } from "./sign-in";

/** From then on somebody ought to see to a certificate that ends. */
export const CERTIFICATE_WARNING_DAYS = 30;

/** When the certificate that a connector shows comes to its end: the active one, else the one that lasts longest. Undefined without any. */
export function connectorCertificateEnd({ authenticationConfiguration }: ApiConnector): Date | undefined {
  const all = authenticationConfiguration?.certificateList ?? [];
  const active = all.filter(({ isActive }) => isActive);
  const ends = (active.length > 0 ? active : all).map(endOf).filter((end) => !Number.isNaN(end));
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}

/** When an application's certificate comes to its end; undefined where it proves itself otherwise. @param credential as `readCredential` takes it */
export function credentialCertificateEnd(credential: string): Date | undefined {
  const read = readCredential(credential);
  if (!("certificate" in read)) return undefined;
  try {
    return new Date(new X509Certificate(read.certificate).validTo);
  } catch {
    // Whoever signs in with it says what is wrong.
    return undefined;
  }
}

/** Whole days that are left; 0 or less once it has ended. */
export function daysLeft(end: Date, now: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / MS_PER_DAY);
}

function endOf({ notAfter }: ConnectorCertificate): number {
  return typeof notAfter === "number" ? notAfter * 1_000 : Date.parse(notAfter);
}
