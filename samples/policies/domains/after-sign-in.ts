import { afterSignIn } from "entra-gatehouse";
import { messages, partners } from "./partners";

/** People read it before they fill in the form. */
export default afterSignIn([partners], { messages });
