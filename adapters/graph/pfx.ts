import type { X509Certificate } from "node:crypto";
import { duplexPair } from "node:stream";
import { connect, createSecureContext, type SecureContext, TLSSocket } from "node:tls";

/** A file that holds no certificate with its key, or not under this passphrase; the message says which. */
export class PfxError extends Error {
  override readonly name = "PfxError";
}

/**
 * The certificate in a PKCS #12 file that has its key. Node does not read such a file but can speak TLS with it: so a
 * handshake in memory tells. Throws PfxError.
 */
export async function certificateInPfx(pfx: Buffer, passphrase: string): Promise<X509Certificate> {
  const [server, client] = duplexPair();
  const shown = new TLSSocket(server, { isServer: true, secureContext: contextOf(pfx, passphrase) });
  try {
    return await new Promise((resolve, reject) => {
      shown.on("error", reject);
      // Nothing is trusted by it: it is this program that answers.
      const asking = connect({ socket: client, rejectUnauthorized: false }, () => {
        const certificate = asking.getPeerX509Certificate();
        asking.destroy();
        if (certificate === undefined) reject(new PfxError("it holds no certificate with its key"));
        else resolve(certificate);
      });
      asking.on("error", () => reject(new PfxError("it holds no certificate with its key")));
    });
  } finally {
    shown.destroy();
  }
}

function contextOf(pfx: Buffer, passphrase: string): SecureContext {
  try {
    return createSecureContext({ pfx, passphrase });
  } catch (error) {
    throw new PfxError(wordsOf((error as Error).message), { cause: error });
  }
}

/** By OpenSSL's words. */
function wordsOf(message: string): string {
  if (/mac verify failure/i.test(message)) return "the passphrase is another";
  if (/unsupported/i.test(message)) return "it is encrypted in a way that is out of date: export it anew";
  return "it is no PKCS #12 file";
}
