import { parentPort, workerData } from "node:worker_threads";
import { embeddedDatabase } from "../local/aws/dynamodb/embedded";
import { listen } from "../test/support/listen";
import { databaseServer } from "./database";

void listen(databaseServer(embeddedDatabase(workerData as string))).then((endpoint) => parentPort?.postMessage(endpoint));
