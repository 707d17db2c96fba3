import { X509Certificate } from "node:crypto";
import { duplexPair } from "node:stream";
import { connect, createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { readCredential } from "./sign-in";

/** A certificate is reported if it ends within this number of days. */
export const CERTIFICATE_WARNING_DAYS = 30;

/** Undefined if the credential is not a usable certificate. @param credential a text for `readCredential` */
export function credentialCertificateEnd(credential: string | undefined): Date | undefined {
  if (credential === undefined) return undefined;
  const read = readCredential(credential);
  if (!("certificate" in read)) return undefined;
  try {
    return new Date(new X509Certificate(read.certificate).validTo);
  } catch {
    // A certificate that cannot be parsed is not reported here: the sign-in with it reports the problem.
    return undefined;
  }
}

/** Returns the whole days that are left; 0 or less after the end. */
export function countDaysLeft(end: Date, now: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / MS_PER_DAY);
}

/** A PKCS #12 file cannot be used. The message says why. */
export class PfxError extends Error {
  override readonly name = "PfxError";
}

/** Reads a PKCS #12 file's certificate from a TLS handshake in memory, because Node cannot parse such a file. Throws PfxError. */
export async function certificateInPfx(pfx: Buffer, passphrase: string): Promise<X509Certificate> {
  const [server, client] = duplexPair();
  const socket = new TLSSocket(server, { isServer: true, secureContext: createPfxContext(pfx, passphrase) });
  try {
    return await new Promise((resolve, reject) => {
      socket.on("error", reject);
      // The certificate is not verified, because this program itself is the server.
      const asking = connect({ socket: client, rejectUnauthorized: false }, () => {
        const certificate = asking.getPeerX509Certificate();
        asking.destroy();
        if (certificate === undefined) reject(new PfxError("it holds no certificate with its key"));
        else resolve(certificate);
      });
      asking.on("error", () => reject(new PfxError("it holds no certificate with its key")));
    });
  } finally {
    socket.destroy();
  }
}

function createPfxContext(pfx: Buffer, passphrase: string): SecureContext {
  try {
    return createSecureContext({ pfx, passphrase });
  } catch (error) {
    throw new PfxError(describePfxError((error as Error).message), { cause: error });
  }
}

function describePfxError(message: string): string {
  if (/mac verify failure/i.test(message)) return "the passphrase is another";
  if (/unsupported/i.test(message)) return "it is encrypted in a way that is out of date: export it again";
  return "it is no PKCS #12 file";
}
