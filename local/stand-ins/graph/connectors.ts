import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { certificateInPfx, PfxError } from "../../../adapters/graph/certificates";
import { jsonAnswer, noContent, type Received, type StandInAnswer } from "../outside-system";
import type { KeptAuthentication, KeptCertificate, KeptConnector, Tenant } from "./directory";
import { boundedText, GraphErrorReply, parsedBody } from "./request";

const BASIC = "#microsoft.graph.basicAuthentication";
const PKCS12 = "#microsoft.graph.pkcs12Certificate";
/** Graph never returns the certificate's file. */
const CERTIFICATES = "#microsoft.graph.clientCertificateAuthentication";

/** The password is required, but may be empty. */
const pfx = { pkcs12Value: v.pipe(v.string(), v.base64()), password: v.string() };
const basicSchema = v.strictObject({ "@odata.type": v.literal(BASIC), username: boundedText(256), password: boundedText(256) });
const pfxSchema = v.strictObject({ "@odata.type": v.literal(PKCS12), ...pfx });
const connectorSchema = v.strictObject({
  displayName: boundedText(256),
  targetUrl: v.pipe(v.string(), v.url()),
  authenticationConfiguration: v.variant("@odata.type", [basicSchema, pfxSchema]),
});
const changeSchema = v.partial(connectorSchema);
const uploadSchema = v.strictObject(pfx);

export async function answerConnector(
  tenant: Tenant,
  received: Received,
  { id, action }: { readonly id: string; readonly action: string | undefined },
): Promise<StandInAnswer> {
  const { directory } = tenant;
  if (id === "" && received.method === "POST") return await create(tenant, received);
  if (id === "" && received.method === "GET") {
    return jsonAnswer(200, { value: directory.connectors.filter(isSeen).map(connectorShown) }, "200: connectors");
  }
  const connector = directory.connectors.find((each) => each.id === id);
  if (connector === undefined) throw new GraphErrorReply(404, "ResourceNotFound");
  switch ([received.method, action].join(" ").trim()) {
    case "GET":
      return jsonAnswer(200, connectorShown(connector), "200: connector");
    case "PATCH": {
      const { authenticationConfiguration, ...changed } = parsedBody(received, changeSchema);
      // Replaces the whole value: earlier certificates are lost.
      const shows = authenticationConfiguration && { authenticationConfiguration: await kept(authenticationConfiguration) };
      replace(tenant, { ...connector, ...changed, ...shows });
      return noContent("connector");
    }
    case "POST uploadClientCertificate":
      return await addCertificate(tenant, received, connector);
    case "DELETE":
      // Graph's documentation does not cover a connector in use: this is the stricter answer.
      if (Object.values(directory.flows).some(({ links }) => Object.values(links).includes(id)))
        throw new GraphErrorReply(400, "BadRequest");
      directory.connectors = directory.connectors.filter((each) => each !== connector);
      directory.save();
      return noContent("connector");
    default:
      throw new GraphErrorReply(405, "MethodNotAllowed");
  }
}

/** Masks passwords. The newest valid certificate is active. */
export function connectorShown({ seenFrom: _, authenticationConfiguration, ...connector }: KeptConnector): object {
  if (!("certificateList" in authenticationConfiguration)) {
    return { ...connector, authenticationConfiguration: { ...authenticationConfiguration, password: "******" } };
  }
  const { certificateList } = authenticationConfiguration;
  const now = Date.now() / 1_000;
  const active = certificateList.findLast(({ notBefore, notAfter }) => notBefore <= now && now < notAfter);
  const list = certificateList.map((each) => ({ ...each, isActive: each === active }));
  return { ...connector, authenticationConfiguration: { ...authenticationConfiguration, certificateList: list } };
}

export function isSeen({ seenFrom }: Pick<KeptConnector, "seenFrom">): boolean {
  return Date.now() >= seenFrom;
}

async function create(tenant: Tenant, received: Received): Promise<StandInAnswer> {
  const { authenticationConfiguration, ...given } = parsedBody(received, connectorSchema);
  const shows = await kept(authenticationConfiguration);
  const made = { id: randomUUID(), ...given, authenticationConfiguration: shows, seenFrom: Date.now() + tenant.searchLagMs };
  tenant.directory.connectors.push(made);
  tenant.directory.save();
  return jsonAnswer(201, connectorShown(made), "201: connector");
}

async function addCertificate(tenant: Tenant, received: Received, connector: KeptConnector): Promise<StandInAnswer> {
  const { authenticationConfiguration: shows } = connector;
  if (!("certificateList" in shows)) throw new GraphErrorReply(400, "BadRequest");
  const certificateList = [...shows.certificateList, await certificateOf(parsedBody(received, uploadSchema))];
  const changed = { ...connector, authenticationConfiguration: { ...shows, certificateList } };
  replace(tenant, changed);
  return jsonAnswer(200, connectorShown(changed), "200: certificate");
}

function replace({ directory }: Tenant, changed: KeptConnector): void {
  directory.connectors = directory.connectors.map((each) => (each.id === changed.id ? changed : each));
  directory.save();
}

type Given = v.InferOutput<typeof connectorSchema>["authenticationConfiguration"];

async function kept(given: Given): Promise<KeptAuthentication> {
  if ("username" in given) return given;
  return { "@odata.type": CERTIFICATES, certificateList: [await certificateOf(given)] };
}

async function certificateOf({ pkcs12Value, password }: v.InferOutput<typeof uploadSchema>): Promise<KeptCertificate> {
  try {
    const certificate = await certificateInPfx(Buffer.from(pkcs12Value, "base64"), password);
    const seconds = (text: string) => Date.parse(text) / 1_000;
    return {
      thumbprint: certificate.fingerprint.replaceAll(":", ""),
      notBefore: seconds(certificate.validFrom),
      notAfter: seconds(certificate.validTo),
    };
  } catch (error) {
    if (error instanceof PfxError) throw new GraphErrorReply(400, "BadRequest");
    throw error;
  }
}
