import * as v from "valibot";
import { certificateInPfx, PfxError } from "../../../adapters/graph/certificates";
import { jsonAnswer, type Received, type StandInAnswer } from "../outside-system";
import type { KeptAuthentication, KeptCertificate, KeptConnector, Tenant } from "./directory";
import { answerObjects, boundedText, GraphErrorReply, missing, type Objects, parsedBody, replace } from "./objects";

const BASIC = "#microsoft.graph.basicAuthentication";
const PKCS12 = "#microsoft.graph.pkcs12Certificate";
/** The type under which Graph returns a connector's certificates. Graph never returns the uploaded file. */
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

function createConnectorObjects({ directory }: Tenant): Objects<KeptConnector> {
  return {
    what: "connector",
    in: directory,
    of: "connectors",
    isFoundAtOnce: true,
    show: showConnector,
    async create(receivedRequest) {
      const { authenticationConfiguration, ...given } = parsedBody(receivedRequest, connectorSchema);
      return { ...given, authenticationConfiguration: await toKeptAuthentication(authenticationConfiguration) };
    },
    async change(connector, receivedRequest) {
      const { authenticationConfiguration, ...changed } = parsedBody(receivedRequest, changeSchema);
      // A new `authenticationConfiguration` replaces the old one entirely, so earlier certificates are lost.
      const shows = authenticationConfiguration && { authenticationConfiguration: await toKeptAuthentication(authenticationConfiguration) };
      return { ...connector, ...changed, ...shows };
    },
    release({ id }) {
      // Refuses to delete a connector in use. Graph's documentation does not say whether such a connector can be deleted.
      if (Object.values(directory.flows).some(({ links }) => Object.values(links).includes(id)))
        throw new GraphErrorReply(400, "BadRequest");
    },
  };
}

export async function answerConnector(
  tenant: Tenant,
  receivedRequest: Received,
  id: string,
  action: string | undefined,
): Promise<StandInAnswer> {
  if (action === undefined) return await answerObjects(createConnectorObjects(tenant), tenant, receivedRequest, id);
  const connector = tenant.directory.connectors.find((each) => each.id === id);
  if (connector === undefined) throw missing();
  if (receivedRequest.method !== "POST" || action !== "uploadClientCertificate") throw new GraphErrorReply(405, "MethodNotAllowed");
  return await addCertificate(tenant, receivedRequest, connector);
}

export function showConnector({ seenFrom: _, authenticationConfiguration, ...connector }: KeptConnector): object {
  if (!("certificateList" in authenticationConfiguration)) {
    return { ...connector, authenticationConfiguration: { ...authenticationConfiguration, password: "******" } };
  }
  const { certificateList } = authenticationConfiguration;
  const now = Date.now() / 1_000;
  const active = certificateList.findLast(({ notBefore, notAfter }) => notBefore <= now && now < notAfter);
  const list = certificateList.map((each) => ({ ...each, isActive: each === active }));
  return { ...connector, authenticationConfiguration: { ...authenticationConfiguration, certificateList: list } };
}

async function addCertificate(tenant: Tenant, receivedRequest: Received, connector: KeptConnector): Promise<StandInAnswer> {
  const { authenticationConfiguration: shows } = connector;
  if (!("certificateList" in shows)) throw new GraphErrorReply(400, "BadRequest");
  const certificateList = [...shows.certificateList, await parseUploadedCertificate(parsedBody(receivedRequest, uploadSchema))];
  const changedConnector = { ...connector, authenticationConfiguration: { ...shows, certificateList } };
  replace(createConnectorObjects(tenant), tenant, connector, changedConnector);
  return jsonAnswer(200, showConnector(changedConnector), "200: certificate");
}

type Given = v.InferOutput<typeof connectorSchema>["authenticationConfiguration"];

async function toKeptAuthentication(authentication: Given): Promise<KeptAuthentication> {
  if ("username" in authentication) return authentication;
  return { "@odata.type": CERTIFICATES, certificateList: [await parseUploadedCertificate(authentication)] };
}

async function parseUploadedCertificate({ pkcs12Value, password }: v.InferOutput<typeof uploadSchema>): Promise<KeptCertificate> {
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
