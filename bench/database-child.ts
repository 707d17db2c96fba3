// Runs an embedded DynamoDB in its own process, with its data in the given folder. Prints its port, and reports its processor time on
// request.

import type { AddressInfo } from "node:net";
import { embeddedDatabase } from "../local/aws/dynamodb/embedded";
import { cpuSeconds, databaseServer } from "./database-process";

const server = databaseServer(embeddedDatabase(process.argv[2]));
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
process.on("message", () => process.send?.(cpuSeconds()));
