import { beforeCreateUser } from "entra-gatehouse";
import { messages, partners } from "./partners";

/** Here again: not everybody passes the first step. */
export default beforeCreateUser([partners], { messages });
