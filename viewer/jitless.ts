import { z } from 'zod';

// The page forbids code from strings, and zod would try it. Must be imported before anything that makes a schema.
z.config({ jitless: true });
