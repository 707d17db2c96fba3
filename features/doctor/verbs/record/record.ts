import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../../cli/command";
import { type Deployment, deploymentFor } from "../../../../cli/deployment";
import { CommandError } from "../../../../cli/failure";
import { interruptible } from "../../../../cli/long-tasks";
import { formatCount } from "../../../../cli/output";
import { fetchHere } from "../../../../cli/proxy";
import { staticBlockMessage } from "../../../../engine/messages";
import { apiConnector } from "../../../../engine/protocols/api-connector";
import { DEFAULT_GATE } from "../../../../engine/sign-up/gate";
import type { Step } from "../../../../engine/sign-up/sign-up";
import { BodyTooLargeError, type LocalServer, PortInUseError, readBody, serve } from "../../../../local/aws/server";
import { writePrivately } from "../../../../local/data/private-file";
import { customExtension } from "../../../external-tenant/extension";
import { extensionRoutes } from "../../../external-tenant/extension-caller";
import { type CallForm, judgedRecording, type ObservedCall, type Recording, recorder } from "./recording";

interface RecordOptions extends DeploymentOptions, JsonOption {
  readonly record: string;
  readonly port: number;
}

interface RecordedTarget {
  readonly url: string;
  readonly step: Step;
  readonly isExtension: boolean;
}

export type RecordedTargets = ReadonlyMap<string, RecordedTarget>;

const MAX_BODY_BYTES = 256 * 1024;
const MAX_CALLS = 500;
/** Entra's time limit. */
const ANSWER_MS = 20_000;
/** Only these headers of a call are passed on. */
const PASSED_ON = ["authorization", "content-type", "accept"];
const HANDED_BACK = ["content-type", "www-authenticate"];

/** Listens on this machine until Ctrl-C. Passes each call to the gate, and records the form of the call and of the answer. */
export async function recordForms(options: RecordOptions, { output }: CommandContext): Promise<void> {
  const targets = await listTargets(options);
  const calls: CallForm[] = [];
  const recording = (): Recording => ({ format: "gatehouse-recording-1", calls });
  const save = () => writePrivately(options.record, `${JSON.stringify(recording(), null, 2)}\n`);
  await interruptible(async ({ signal }) => {
    const server = await startRecorder(targets, options.port, (call) => {
      if (calls.length >= MAX_CALLS) return;
      calls.push(call);
      save();
      output.warn(`${call.path}: ${call.answer.status} ${call.answer.action ?? ""} in ${call.durationMs} ms`);
    });
    save();
    output.warn(
      "Put an HTTPS tunnel in front of these addresses, and the tunnel's into a test flow's connectors or extensions. Ctrl-C ends the recording.",
    );
    for (const path of targets.keys()) {
      const url = `${server.url}/${path}`;
      if (options.json) output.json({ path, url });
      else output.print(url);
    }
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await server.close();
  });
  output.warn(`${options.record} holds ${formatCount(calls.length, "call")}: names and forms, no values. Read it before you send it.`);
  for (const { id, relied, holds, against } of judgedRecording(recording())) {
    const outcome = holds === undefined ? "not tried" : holds ? "holds" : "does not hold";
    const why = holds === undefined ? "no call shows it" : `${relied}${against.length === 0 ? "" : `: not at ${against.join(", ")}`}`;
    if (options.json) output.json({ id, relied, outcome, ...(holds !== true && { why }) });
    else output.print(`${holds === undefined ? "- " : holds ? "ok" : "!!"}  ${id}: ${holds === true ? relied : `${outcome}, ${why}`}`);
  }
}

async function listTargets(options: RecordOptions): Promise<RecordedTargets> {
  const first = await deploymentFor(options);
  const targets = new Map<string, RecordedTarget>();
  for (const gate of first.gates) {
    const deployment: Deployment = gate === DEFAULT_GATE ? first : await deploymentFor({ ...options, gate });
    for (const step of deployment.steps) {
      targets.set(deployment.pathOf(step), { url: deployment.urlOf(step), step, isExtension: false });
      const url = deployment.extension?.urlOf(extensionRoutes[step]);
      if (url !== undefined) targets.set(new URL(url).pathname.slice(1), { url, step, isExtension: true });
    }
  }
  return targets;
}

/** @param port 0 for any free port */
export async function startRecorder(targets: RecordedTargets, port: number, onCall: (call: CallForm) => void): Promise<LocalServer> {
  const secret = randomBytes(16).toString("hex");
  const record = recorder();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, key, ...rest] = (request.url ?? "").split("?", 1)[0]?.split("/") ?? [];
    const path = rest.join("/");
    const target = key === secret && request.method === "POST" ? targets.get(path) : undefined;
    if (target === undefined) return void response.writeHead(404).end();
    const body = await readBody(request, MAX_BODY_BYTES).catch((error: unknown) => {
      if (!(error instanceof BodyTooLargeError)) throw error;
    });
    if (body === undefined) return void response.writeHead(413, { connection: "close" }).end();
    const startedMs = performance.now();
    const reply = await forwardCall(target, request, body.toString());
    const durationMs = Math.round(performance.now() - startedMs);
    response.writeHead(reply.status, reply.headers).end(reply.body);
    const observedCall: ObservedCall = { path, durationMs, headers: request.headers, body: body.toString(), answer: reply };
    onCall(record(observedCall));
  }

  // Accepts any host name, because a tunnel has its own. The tunnel's address is public, but the path begins with a random secret.
  const server = await serve(port, answer, undefined, () => undefined).catch((error: unknown) => {
    if (!(error instanceof PortInUseError)) throw error;
    throw new CommandError(`Port ${port} is in use: choose another with --port; 0 takes any free one.`);
  });
  return { ...server, url: `${server.url}/${secret}` };
}

interface Given {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** If the gate does not answer, returns a page that stops the sign-up, or a token without claims. */
async function forwardCall({ url, step, isExtension }: RecordedTarget, { headers }: IncomingMessage, body: string): Promise<Given> {
  try {
    const passedHeaders = PASSED_ON.flatMap((name) => (typeof headers[name] === "string" ? [[name, headers[name]]] : []));
    const signal = AbortSignal.timeout(ANSWER_MS);
    const reply = await fetchHere()(url, { method: "POST", headers: Object.fromEntries(passedHeaders), body, redirect: "manual", signal });
    const back = HANDED_BACK.flatMap((name) => (reply.headers.has(name) ? [[name, reply.headers.get(name)]] : []));
    return { status: reply.status, headers: Object.fromEntries(back), body: await reply.text() };
  } catch {
    const protocol = isExtension ? customExtension({ tenantId: "" }) : apiConnector;
    const stops = { kind: "block", title: "", message: staticBlockMessage("recorder") } as const;
    const stopResponse = protocol.render(step === "before-sending-token" ? { kind: "continue", attributes: {} } : stops, step);
    return { ...stopResponse, headers: { "content-type": "application/json" } };
  }
}
