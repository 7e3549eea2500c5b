import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkFaults } from './fault-spec.ts';
import type { FaultSwitch } from './fault-switch.ts';

/** `/faults`: GET lists what is set, PUT replaces it, DELETE clears it. Each needs `Authorization: Bearer <token>`. */
export function serveFaults(server: FastifyInstance, faults: FaultSwitch, token: string): void {
  const expected = digest(`Bearer ${token}`);
  void server.register(async (routes) => {
    routes.addHook('onRequest', async (request: FastifyRequest, reply) => {
      if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return;
      return reply
        .code(401)
        .header('www-authenticate', 'Bearer')
        .send({ error: 'send the CHAOS_TOKEN as bearer token' });
    });
    routes.get('/faults', async () => faults.list());
    routes.put('/faults', async (request, reply) => {
      try {
        faults.set(checkFaults(request.body));
        return faults.list();
      } catch (error) {
        return reply.code(400).send({ error: (error as Error).message });
      }
    });
    routes.delete('/faults', async () => {
      faults.clear();
      return faults.list();
    });
  });
}

/** Digests have one length, so that the comparison leaks neither content nor length. */
const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
