/**
 * How often Node samples the lag of its event loop, ms; what it tells of the lag includes this time. At the usual 10 ms an
 * idle service is woken a hundred times a second, which takes more processor time than all the rest that it does then.
 */
export const EVENT_LOOP_SAMPLE_MS = 100;
