import { PolicyError } from "../../lib/errors";
import { CasesError } from "../cases/case-file";
import { SamplesError } from "../data/csv-table";
import { takeJobs } from "../policies/take-jobs";
import { findIn } from "./find";

takeJobs(findIn, [PolicyError, CasesError, SamplesError]);
