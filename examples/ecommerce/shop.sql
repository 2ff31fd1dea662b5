-- What the shop sells, and what it has sold.

CREATE TABLE products (
    sku   TEXT PRIMARY KEY,
    name  TEXT NOT NULL,
    cents INTEGER NOT NULL,
    stock INTEGER NOT NULL
);

CREATE TABLE orders (
    id          INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL,
    sku         TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('processing', 'shipped', 'delivered', 'canceled')),
    arrives_on  TEXT NOT NULL
);

INSERT INTO products VALUES
    ('KET-BLU-17', 'blue kettle',          3990, 12),
    ('KET-RED-17', 'red kettle',           3990,  0),
    ('MUG-WHT-04', 'white mug',             950, 80),
    ('GRI-OAK-01', 'oak coffee grinder',   6400,  3),
    ('TEA-GRN-08', 'green teapot',         4875,  7);

INSERT INTO orders VALUES
    (1041, 'C-17', 'GRI-OAK-01', 'delivered',  '2026-11-12'),
    (1042, 'C-17', 'KET-BLU-17', 'shipped',    '2026-11-24'),
    (1043, 'C-18', 'MUG-WHT-04', 'processing', '2026-11-27'),
    (1044, 'C-18', 'TEA-GRN-08', 'canceled',   '2026-11-19');
