//! The database of the shop: SQLite, in memory, seeded by `shop.sql`.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use crate::args::Faults;

#[derive(Debug, Serialize)]
pub(crate) struct Order {
    id: u64,
    customer_id: String,
    sku: String,
    status: String,
    arrives_on: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Product {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) cents: u64,
    pub(crate) stock: u64,
}

/// Why the database has no answer. The first three are the customer's news, the others are the operator's.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("there is no order {0}")]
    OrderNotFound(u64),
    #[error("there is no product {0}")]
    ProductNotFound(String),
    #[error("order {0} is {1} and can no longer be canceled")]
    TooLateToCancel(u64, String),
    #[error("the database failed: {0}")]
    DatabaseFailed(#[from] rusqlite::Error),
    #[error("the query was broken off: {0}")]
    QueryBrokenOff(#[from] tokio::task::JoinError),
}

/// The database of an agent, and what stands in for it where a tool is to fail.
#[derive(Debug)]
pub(crate) struct Stores {
    seeded: Store,
    unmigrated: Store,
}

impl Stores {
    pub(crate) fn new() -> Result<Self, StoreError> {
        Ok(Self {
            seeded: Store::seeded()?,
            unmigrated: Store::empty()?,
        })
    }

    /// The database that this tool asks.
    pub(crate) fn asked_by(&self, tool: &str, faults: &Faults) -> &Store {
        if faults.fails(tool) {
            &self.unmigrated
        } else {
            &self.seeded
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Store {
    connection: Arc<Mutex<Connection>>,
}

impl Store {
    /// A database with the products and orders of the shop.
    fn seeded() -> Result<Self, StoreError> {
        let store = Self::empty()?;
        store.lock().execute_batch(include_str!("shop.sql"))?;
        Ok(store)
    }

    /// A database somebody forgot to migrate: every query fails with a true SQL error.
    fn empty() -> Result<Self, StoreError> {
        let connection = Arc::new(Mutex::new(Connection::open_in_memory()?));
        Ok(Self { connection })
    }

    pub(crate) async fn order(&self, order_id: u64) -> Result<Order, StoreError> {
        self.run(move |db| find_order(db, order_id)).await
    }

    pub(crate) async fn orders_of(&self, customer_id: &str) -> Result<Vec<Order>, StoreError> {
        let customer_id = customer_id.to_owned();
        self.run(move |db| {
            let mut query =
                db.prepare("SELECT * FROM orders WHERE customer_id = ?1 ORDER BY id")?;
            let orders = query.query_map([customer_id], order_of_row)?;
            Ok(orders.collect::<Result<_, _>>()?)
        })
        .await
    }

    pub(crate) async fn cancel(&self, order_id: u64) -> Result<Order, StoreError> {
        self.run(move |db| {
            let order = find_order(db, order_id)?;
            if order.status != "processing" {
                return Err(StoreError::TooLateToCancel(order_id, order.status));
            }
            db.execute(
                "UPDATE orders SET status = 'canceled' WHERE id = ?1",
                [order_id],
            )?;
            find_order(db, order_id)
        })
        .await
    }

    /// The products with every word of `query` in their names, or with this SKU.
    pub(crate) async fn search(&self, query: &str) -> Result<Vec<Product>, StoreError> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        self.run(move |db| {
            let mut query = db.prepare("SELECT * FROM products ORDER BY sku")?;
            let products = query.query_map([], product_of_row)?;
            let mut products = products.collect::<Result<Vec<_>, _>>()?;
            products.retain(|product| {
                let text = format!("{} {}", product.name, product.sku).to_lowercase();
                words.iter().all(|word| text.contains(word))
            });
            Ok(products)
        })
        .await
    }

    pub(crate) async fn product(&self, sku: &str) -> Result<Product, StoreError> {
        let sku = sku.to_owned();
        self.run(move |db| {
            let sql = "SELECT * FROM products WHERE sku = ?1";
            let product = db.query_row(sql, [&sku], product_of_row).optional()?;
            product.ok_or(StoreError::ProductNotFound(sku))
        })
        .await
    }

    /// SQLite blocks its thread, so it runs on one that is made for blocking.
    async fn run<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || query(&store.lock())).await?
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn find_order(db: &Connection, order_id: u64) -> Result<Order, StoreError> {
    let sql = "SELECT * FROM orders WHERE id = ?1";
    let order = db.query_row(sql, [order_id], order_of_row).optional()?;
    order.ok_or(StoreError::OrderNotFound(order_id))
}

fn order_of_row(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        id: row.get("id")?,
        customer_id: row.get("customer_id")?,
        sku: row.get("sku")?,
        status: row.get("status")?,
        arrives_on: row.get("arrives_on")?,
    })
}

fn product_of_row(row: &Row<'_>) -> rusqlite::Result<Product> {
    Ok(Product {
        sku: row.get("sku")?,
        name: row.get("name")?,
        cents: row.get("cents")?,
        stock: row.get("stock")?,
    })
}
