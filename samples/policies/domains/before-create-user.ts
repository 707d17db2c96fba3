import { beforeCreateUser } from "entra-gatehouse";
import { messages, partners } from "./partners";

/** The same again, because some people skip the first step. */
export default beforeCreateUser([partners], { messages });
