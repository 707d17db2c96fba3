import type { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { certificateInPfx, countDaysLeft, PfxError } from "../../../adapters/graph/certificates";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { appRoot } from "../../../lib/app-root";
import { settingsIn } from "../../../lib/settings";
import { type ApiConnector, isBasic } from "../../entra/client/api-connectors";
import { callTenant } from "../../entra/verbs/tenant-graph";
import type { RotatedGate, TenantConnector } from "./gates";

export interface CertificateOptions extends DeploymentOptions, JsonOption {
  /** The path of a PKCS #12 file with the certificate and its key. */
  readonly certificate: string;
}

/** Has the file's passphrase, because an argument would be visible in the list of processes. */
const PASSPHRASE_VARIABLE = "GATEHOUSE_PFX_PASSPHRASE";
/** Maximum number of reads. Graph usually shows a new certificate within seconds. */
const READS = 5;
const FIRST_PAUSE_MS = 500;

/**
 * Adds a certificate to the gates' connectors. Entra then shows the new certificate only. Throws CommandError if a gate has no connector
 * with certificates.
 */
export async function addCertificates(
  gates: readonly RotatedGate[],
  options: CertificateOptions,
  { output }: CommandContext,
): Promise<void> {
  const passphrase = process.env[PASSPHRASE_VARIABLE] ?? "";
  const pfx = readCertificateFile(options.certificate);
  const certificate = await parseCertificate(options.certificate, pfx, passphrase);
  assertUsable(certificate, options);
  const connectors = gates.flatMap(certificateConnectors);
  const thumbprint = certificate.fingerprint.replaceAll(":", "");
  for (const [index, each] of connectors.entries()) {
    const { displayName: name, id } = each.connector;
    const stands = activeThumbprint(each.connector) === thumbprint;
    try {
      if (!stands) await callTenant(() => each.tenant.addCertificate(id, { pfx, password: passphrase, thumbprint }));
      if (!stands) await waitUntilActive(each, thumbprint);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const doneText = `${index} of ${formatCount(connectors.length, "connector")} show the certificate; ${name} does not.`;
      throw new CommandError(`${doneText} ${error.message}\nRepeat the command to do the rest.`, undefined, { cause: error });
    }
    if (options.json) output.json({ connector: name, thumbprint, added: !stands });
    else output.print(stands ? `${name} shows it already` : `added to ${name}`);
  }
  if (options.json) return;
  const end = new Date(certificate.validTo);
  output.print(
    `${thumbprint} passes until ${end.toISOString().slice(0, 10)}, for ${formatCount(countDaysLeft(end, new Date()), "day")}. Sign up once to see it work. Leave the old one in the trust store for a day: until then some of Entra's servers may show it.`,
  );
}

function certificateConnectors({ gate, connectors }: RotatedGate): readonly TenantConnector[] {
  const tenantConnectors = connectors.filter(({ connector }) => !isBasic(connector));
  if (tenantConnectors.length > 0) return tenantConnectors;
  throw new CommandError(
    `The connectors of the gate ${gate} show user name and password, not a certificate: leave out --certificate. Nothing was changed.`,
  );
}

/** Graph's reads may be a few seconds old. */
async function waitUntilActive({ connector, tenant }: TenantConnector, thumbprint: string): Promise<void> {
  for (let count = 1; ; count++) {
    const all = await callTenant(() => tenant.connectors());
    const currentConnector = all.find(({ id }) => id === connector.id);
    if (currentConnector !== undefined && activeThumbprint(currentConnector) === thumbprint) return;
    if (count === READS) throw new CommandError("Graph accepted the certificate, but does not show it as the active one.");
    await sleep(FIRST_PAUSE_MS * 2 ** (count - 1));
  }
}

function activeThumbprint({ authenticationConfiguration }: ApiConnector): string | undefined {
  return authenticationConfiguration?.certificateList?.find(({ isActive }) => isActive)?.thumbprint.toUpperCase();
}

function readCertificateFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandError(`--certificate names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

async function parseCertificate(file: string, pfx: Buffer, passphrase: string): Promise<X509Certificate> {
  try {
    return await certificateInPfx(pfx, passphrase);
  } catch (error) {
    if (!(error instanceof PfxError)) throw error;
    throw new CommandError(
      `${file} cannot be used: ${error.message}. --certificate takes a PKCS #12 file (.pfx) with its key; its passphrase goes into the variable ${PASSPHRASE_VARIABLE}.`,
    );
  }
}

/** Entra shows a new certificate from the next call on. So one that the gate rejects would stop every sign-up. */
function assertUsable(certificate: X509Certificate, { certificate: file, local }: CertificateOptions): void {
  const now = new Date();
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  if (now < from)
    throw new CommandError(`${file} begins on ${from.toISOString()}: Entra shows it then, and not before. Repeat the command then.`);
  if (now >= to) throw new CommandError(`${file} ended on ${to.toISOString()}.`);
  const wantedSubject = local ? undefined : settingsIn(appRoot).customDomain?.trustStore?.subject;
  // API Gateway shows the subject's last part first.
  const subject = certificate.subject.split("\n").reverse().join(",");
  if (wantedSubject !== undefined && wantedSubject !== subject) {
    throw new CommandError(
      `${file} is of ${subject}, but settings.ts lets only ${wantedSubject} pass (customDomain.trustStore.subject): every sign-up would stop. Deploy with the new subject first.`,
    );
  }
}
