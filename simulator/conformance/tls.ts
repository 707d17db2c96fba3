import { connect } from "node:tls";
import type { ContractFinding } from "../contract/rule";

/** Entra's suites, by OpenSSL's names. Source: "TLS and cipher suite requirements" of Azure AD B2C. */
const ciphers = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-SHA256",
  "ECDHE-ECDSA-AES256-SHA384",
  "ECDHE-RSA-AES128-SHA256",
  "ECDHE-RSA-AES256-SHA384",
].join(":");

const HTTPS_PORT = 443;

/** Shakes hands as Entra does. Whom the certificate trusts is none of its business: the probes' own connections checked that. */
export function tlsFinding(url: string, timeoutMs: number): Promise<ContractFinding | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port) || HTTPS_PORT,
      ...(/[a-z]/i.test(hostname) && !hostname.startsWith("[") && { servername: hostname }),
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.2",
      ciphers,
      rejectUnauthorized: false,
    });
    const end = (finding: ContractFinding | undefined) => {
      socket.destroy();
      resolve(finding);
    };
    socket.setTimeout(timeoutMs, () => end({ found: "no handshake in time" }));
    socket.once("secureConnect", () => end(undefined));
    socket.once("error", (error: NodeJS.ErrnoException) => end({ found: `no handshake: ${error.code ?? error.message}` }));
  });
}
